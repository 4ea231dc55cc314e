// SPDX-License-Identifier: MIT
// What was said, on the page. Everything that others wrote goes in as text, never as HTML.
import { avatar, hueOf } from "./people.js";

const sameGroup = 5 * 60_000;
const nearBottom = 80; // pixels
const mostShown = 1000; // messages and notes; the oldest go

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const link = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}]/g;
const onlyEmoji = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f\p{Extended_Pictographic}]*\s?){1,3}$/u;

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function dayOf(time) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 86_400_000);
  return days === 0 ? "Today" : days === 1 ? "Yesterday" : calendar.format(time);
}

// Text with links that can be clicked.
function fill(bubble, text) {
  let from = 0;
  for (const match of text.matchAll(link)) {
    const anchor = element("a", "", match[0]);
    anchor.href = match[0];
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer nofollow";
    bubble.append(text.slice(from, match.index), anchor);
    from = match.index + match[0].length;
  }
  bubble.append(text.slice(from));
}

function bubbleOf(text, time) {
  const bubble = element("p", onlyEmoji.test(text) ? "bubble emoji new" : "bubble new");
  bubble.title = exact.format(time);
  fill(bubble, text);
  return bubble;
}

function groupOf(name, isOwn, time, label) {
  const group = element("div", isOwn ? "group own" : "group");
  group.style.setProperty("--hue", hueOf(name));
  const stack = element("div", "stack");
  const meta = element("div", "meta");
  const at = element("time", "", label);
  at.dateTime = new Date(time).toISOString();
  meta.append(element("span", "name", name), at);
  stack.append(meta);
  group.append(avatar(name), stack);
  return group;
}

export class Conversation {
  #log = document.getElementById("log");
  #pending = document.getElementById("pending");
  #scroller = document.getElementById("scroller");
  #newer = document.getElementById("newer");
  #empty = document.getElementById("empty");
  #waiting = new Map(); // key: group in #pending
  #last = null; // the message above
  #day = "";
  #isAtBottom = true;
  #height = 0;
  #below = 0;

  constructor() {
    this.#scroller.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
      if (clientHeight !== this.#height) return; // not scrolled by anyone: the window was resized
      this.#isAtBottom = scrollHeight - scrollTop - clientHeight < nearBottom;
      if (this.#isAtBottom) this.#setBelow(0);
    });
    // A keyboard that opens, a window that shrinks: the end stays in sight.
    new ResizeObserver(() => {
      this.#height = this.#scroller.clientHeight;
      if (this.#isAtBottom) this.toBottom();
    }).observe(this.#scroller);
    this.#newer.addEventListener("click", () => this.toBottom());
  }

  toBottom() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#isAtBottom = true;
    this.#setBelow(0);
  }

  addMessage(message, isOwn) {
    this.#startDay(message.at);
    this.confirm(message.key);
    let group = this.#log.lastElementChild;
    const last = this.#last;
    const fits = group?.classList.contains("group") && last.by === message.by && last.name === message.name
      && message.at - last.at < sameGroup;
    if (!fits) this.#log.append(group = groupOf(message.name, isOwn, message.at, clock.format(message.at)));
    group.lastElementChild.append(bubbleOf(message.text, message.at));
    this.#last = message;
    this.#added(isOwn, 1);
  }

  // What is said here and not yet heard by the room stands last, faded.
  addPending(key, text) {
    const group = groupOf("", true, Date.now(), "Sending…");
    group.lastElementChild.append(bubbleOf(text, Date.now()));
    this.#pending.append(group);
    this.#waiting.set(key, group);
    this.#added(true, 0);
  }

  confirm(key) {
    this.#waiting.get(key)?.remove();
    this.#waiting.delete(key);
  }

  // Parts are strings, and names as { name }.
  addNote(...parts) {
    this.#startDay(Date.now());
    const note = element("p", "note new");
    note.append(...parts.map(part => part.name === undefined ? part : element("b", "", part.name)));
    this.#log.append(note);
    this.#added(false, 0);
  }

  #startDay(time) {
    const day = new Date(time).toDateString();
    if (day !== this.#day) this.#log.append(element("p", "day", dayOf(time)));
    this.#day = day;
  }

  #added(isOwn, count) {
    while (this.#log.childElementCount > mostShown) this.#log.firstElementChild.remove();
    this.#empty.hidden = this.#last !== null || this.#waiting.size > 0;
    if (this.#isAtBottom || isOwn) this.toBottom();
    else this.#setBelow(this.#below + count);
  }

  #setBelow(count) {
    this.#below = count;
    this.#newer.hidden = count === 0;
    this.#newer.textContent = count === 1 ? "1 new message ↓" : `${count} new messages ↓`;
  }
}
