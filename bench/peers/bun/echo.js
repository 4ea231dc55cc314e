// SPDX-License-Identifier: MIT
// A WebSocket echo on Bun.serve: nothing beyond what an echo needs.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("WebSocket only", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    // 0 is never: idle connections are measured, and no peer here pings.
    idleTimeout: 0,
    sendPings: false,
    maxPayloadLength: 16 * 1024 * 1024,
    message(socket, data) {
      socket.send(data);
    },
  },
});
console.log(`Listening on ws://127.0.0.1:${server.port}`);
