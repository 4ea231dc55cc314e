// SPDX-License-Identifier: MIT
// One connection after another, for as long as the page lives: when one is lost the next is tried, with growing pauses.

const firstPause = 500;
const longestPause = 30_000;
const patience = 10_000; // for a welcome, or for an answer to a ping

// Close codes of the server that say more than "gone".
const takenOver = 4000;
const tooMany = 1008;

export class Connection {
  #url;
  #on;
  #socket = null;
  #failures = 0;
  #retryTimer = 0;
  #patienceTimer = 0;

  // url() makes the URL of each attempt. on has state(name, time of the next attempt), message(object), takenOver().
  constructor(url, on) {
    this.#url = url;
    this.#on = on;
    addEventListener("online", () => this.wake());
    addEventListener("pageshow", () => this.wake());
    addEventListener("offline", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  connect() {
    clearTimeout(this.#retryTimer);
    this.#drop();
    this.#on.state("connecting");
    const socket = this.#socket = new WebSocket(this.#url());
    this.#expect();
    socket.onmessage = e => this.#socket === socket && this.#receive(JSON.parse(e.data));
    socket.onclose = e => this.#socket === socket && this.#lose(e.code);
  }

  // Sends when there is a connection; says whether there is.
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  // Something says that the network has changed: no more waiting. What seems open is asked whether it is.
  wake() {
    if (this.send({ type: "ping" })) this.#expect();
    else if (this.#retryTimer) this.connect();
  }

  #receive(message) {
    clearTimeout(this.#patienceTimer);
    if (message.type === "welcome") {
      this.#failures = 0;
      this.#on.state("open");
    }
    this.#on.message(message);
  }

  #expect() {
    clearTimeout(this.#patienceTimer);
    this.#patienceTimer = setTimeout(() => this.#lose(), patience);
  }

  #lose(code) {
    if (!this.#socket) return;
    this.#drop();
    if (code === takenOver) this.#on.takenOver();
    // Twice as long each time, and no two pages at the same moment: a server that comes back is not overrun.
    const pause = Math.min(longestPause, firstPause * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    const wait = code === tooMany ? pause + 5_000 : pause;
    this.#retryTimer = setTimeout(() => this.connect(), wait);
    this.#on.state("waiting", Date.now() + wait);
  }

  #drop() {
    clearTimeout(this.#patienceTimer);
    this.#retryTimer = 0;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
