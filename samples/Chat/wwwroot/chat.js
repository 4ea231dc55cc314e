// SPDX-License-Identifier: MIT
// The page: joins what is typed, what the room says, and what is shown.
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { People, paint } from "./people.js";

const mostUnsent = 20; // the server takes 30 messages at once
const typingPause = 2_000; // between two signs of typing
const typingLasts = 5_000; // without another sign

const at = id => document.getElementById(id);
const people = new People();
const conversation = new Conversation();
const unsent = new Map(); // key: text, until the room has said it
const typists = new Map(); // id: timer

let name = localStorage.getItem("name") ?? "";
let session = sessionStorage.getItem("session") ?? newSession();
let room = "";
let lastId = 0;
let you = "";
let lastTyping = 0;
let unread = 0;
let retryAt = 0;

// crypto.randomUUID is for https and localhost only; a phone comes by http.
function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, "0")).join("");
}

function newSession() {
  const made = random();
  sessionStorage.setItem("session", made);
  return made;
}

const connection = new Connection(
  () => {
    const url = new URL("chat", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.search = new URLSearchParams({ name, session, room, since: lastId });
    return url;
  },
  {
    state(state, time) {
      document.body.dataset.state = state;
      if (state === "waiting") retryAt = time;
      if (state !== "open") forgetTypists();
      showState();
    },
    message: receive,
    // Another tab has this one's session (it was duplicated): this one goes on as someone else.
    takenOver() { session = newSession(); },
  });

function receive(message) {
  const { person } = message;
  switch (message.type) {
    case "welcome":
      welcome(message);
      break;
    case "message":
      say(message);
      break;
    case "joined":
      people.add(person);
      conversation.addNote(person, " joined");
      break;
    case "left":
      people.remove(person);
      stopTyping(person.id);
      conversation.addNote(person, " left");
      break;
    case "renamed":
      people.add(person);
      conversation.addNote({ name: message.was }, " is now ", person);
      if (person.id === you) showName(person.name);
      break;
    case "typing":
      startTyping(message.by);
      break;
    case "error":
      if (message.key) settle(message.key);
      conversation.addNote(message.text);
      break;
  }
  showState();
}

function welcome(message) {
  if (room && room !== message.room) conversation.addNote("The room was started again. What is above is on this page only.");
  if (room !== message.room) lastId = 0;
  room = message.room;
  you = message.you;
  people.reset(message.people);
  showName(people.name(you));
  if (message.isGap) conversation.addNote("Some messages are missing here: you were away for long.");
  message.messages.forEach(say);
  at("empty").hidden = lastId > 0 || unsent.size > 0;
  for (const [key, text] of unsent) connection.send({ type: "say", text, key });
}

function say(message) {
  if (message.id <= lastId) {
    settle(message.key); // said again, since its answer was lost
    return;
  }
  lastId = message.id;
  const isOwn = message.by === you;
  if (isOwn) settle(message.key);
  stopTyping(message.by);
  conversation.addMessage(message, isOwn);
  if (!isOwn && document.hidden) unread++;
  showState();
}

function settle(key) {
  unsent.delete(key);
  conversation.confirm(key);
}

// Typing

function startTyping(id) {
  clearTimeout(typists.get(id));
  typists.set(id, setTimeout(stopTyping, typingLasts, id));
  showTypists();
}

function stopTyping(id) {
  clearTimeout(typists.get(id));
  if (typists.delete(id)) showTypists();
}

function forgetTypists() {
  [...typists.keys()].forEach(stopTyping);
}

function showTypists() {
  const names = [...typists.keys()].map(id => people.name(id)).filter(Boolean);
  const dots = document.createElement("span");
  dots.className = "dots";
  dots.append(...[1, 2, 3].map(() => document.createElement("i")));
  const text = names.length > 2 ? "Several people are typing"
    : names.length === 2 ? `${names[0]} and ${names[1]} are typing` : `${names[0]} is typing`;
  at("typing").replaceChildren(...names.length === 0 ? [] : [dots, text]);
}

// State

function showState() {
  const state = document.body.dataset.state;
  at("status-text").textContent = state === "open" ? `${people.count} here` : state === "waiting" ? "Not connected" : "Connecting…";
  at("banner").hidden = state === "open" || (state === "connecting" && !room);
  const seconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
  at("banner-text").textContent = state === "waiting"
    ? `${room ? "Connection lost" : "No connection"}. Reconnecting in ${seconds} s` : "Reconnecting…";
  at("retry").hidden = state !== "waiting";
  document.title = unread > 0 ? `(${unread}) Mare chat` : "Mare chat";
}

setInterval(() => document.body.dataset.state === "waiting" && showState(), 1000);
at("retry").addEventListener("click", () => connection.wake());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  showState();
});

// The composer

const text = at("text");

function fit() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  at("send").disabled = text.value.trim() === "";
}

text.addEventListener("input", () => {
  fit();
  if (text.value.trim() === "" || Date.now() - lastTyping < typingPause) return;
  if (connection.send({ type: "typing" })) lastTyping = Date.now();
});

text.addEventListener("keydown", e => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
  e.preventDefault();
  at("composer").requestSubmit();
});

at("composer").addEventListener("submit", e => {
  e.preventDefault();
  const said = text.value.trim();
  if (said === "") return;
  if (unsent.size >= mostUnsent) {
    conversation.addNote("Too much is waiting to be sent.");
    return;
  }
  const key = random();
  unsent.set(key, said);
  conversation.addPending(key, said);
  // Without a connection it waits for the next one.
  if (document.body.dataset.state === "open") connection.send({ type: "say", text: said, key });
  text.value = "";
  lastTyping = 0;
  fit();
  text.focus();
});

// The name

const dialog = at("name-dialog");

function showName(value) {
  name = value;
  at("me-name").textContent = name;
  paint(at("me-avatar"), name);
}

function askName() {
  closePeople();
  at("name").value = name;
  at("name-form").querySelector("button").textContent = you ? "Change name" : "Join the chat";
  paint(at("name-avatar"), name || "?");
  dialog.returnValue = "";
  dialog.showModal();
  at("name").select();
}

at("rename").addEventListener("click", askName);
at("name").addEventListener("input", e => paint(at("name-avatar"), e.target.value || "?"));
dialog.addEventListener("cancel", e => name || e.preventDefault());
dialog.addEventListener("close", () => {
  const wanted = at("name").value.trim();
  if (dialog.returnValue === "" && name) return; // Escape
  if (wanted === "") {
    askName();
    return;
  }
  const isFirst = name === "";
  localStorage.setItem("name", wanted);
  showName(wanted);
  if (isFirst) connection.connect();
  else connection.send({ type: "rename", name: wanted });
  text.focus();
});

// People, on a phone

function closePeople() {
  at("people").classList.remove("open");
  at("shade").hidden = true;
  at("faces").ariaExpanded = "false";
}

at("faces").addEventListener("click", () => {
  at("people").classList.add("open");
  at("shade").hidden = false;
  at("faces").ariaExpanded = "true";
  at("close-people").focus();
});
at("close-people").addEventListener("click", closePeople);
at("shade").addEventListener("click", closePeople);
addEventListener("keydown", e => e.key === "Escape" && closePeople());

// Light and dark; by the system's setting until it is chosen.

const root = document.documentElement;
const chosen = localStorage.getItem("theme");
if (chosen) root.dataset.theme = chosen;
at("theme").addEventListener("click", () => {
  const isDark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

// Safari lays its keyboard over the page; what is left is told here.
const viewport = window.visualViewport;
viewport?.addEventListener("resize", () => {
  root.style.setProperty("--height", `${viewport.height}px`);
  scrollTo(0, 0);
});

if (name) {
  showName(name);
  connection.connect();
} else {
  askName();
}
