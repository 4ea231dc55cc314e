// SPDX-License-Identifier: MIT
// A WebSocket echo on Bun.serve: nothing beyond what an echo needs. Options as in ../README.md.
const options = {};
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].slice(2)] = process.argv[i + 1];
const tls = options["tls-cert"] ? { cert: Bun.file(options["tls-cert"]), key: Bun.file(options["tls-key"]) } : undefined;
// "shared" or "dedicated": the names are those of uWebSockets, which Bun's server is.
const compression = options.compression;
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  tls,
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("WebSocket only", { status: 426 });
  },
  websocket: {
    perMessageDeflate: compression ? { compress: compression, decompress: compression } : false,
    // 0 is never: idle connections are measured, and no peer here pings.
    idleTimeout: 0,
    sendPings: false,
    maxPayloadLength: 16 * 1024 * 1024,
    message(socket, data) {
      socket.send(data, compression !== undefined);
    },
  },
});
console.log(`Listening on ${tls ? "wss" : "ws"}://127.0.0.1:${server.port}`);
