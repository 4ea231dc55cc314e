// SPDX-License-Identifier: MIT
// A WebSocket echo on Node's ws: nothing beyond what an echo needs. Options as in ../README.md.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { WebSocketServer } from "ws";

const options = {};
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].slice(2)] = process.argv[i + 1];
const tls = options["tls-cert"] ? { cert: readFileSync(options["tls-cert"]), key: readFileSync(options["tls-key"]) } : null;
// Without context takeover, ws still has codecs for each connection; it knows no other way.
const forget = options.compression === "shared";
const perMessageDeflate = options.compression
  ? { serverNoContextTakeover: forget, clientNoContextTakeover: forget, threshold: 0 }
  : false;
const server = tls ? createTlsServer(tls) : createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate, maxPayload: 16 * 1024 * 1024 });
sockets.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.listen({ host: "127.0.0.1", port: 0, backlog: 1024 }, () => {
  console.log(`Listening on ${tls ? "wss" : "ws"}://127.0.0.1:${server.address().port}`);
});
