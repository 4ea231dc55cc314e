// SPDX-License-Identifier: MIT
// Who is here: avatars, the list, and names.

const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// The same name has the same colour everywhere.
export function hueOf(name) {
  let hash = 0x811c9dc5;
  for (const unit of name) hash = Math.imul(hash ^ unit.codePointAt(0), 0x01000193);
  return ((hash >>> 8) % 18) * 20; // 18 colours that can be told apart
}

export function paint(element, name) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""];
  element.textContent = letters.map(w => [...segments.segment(w)][0]?.segment ?? "").join("").toUpperCase();
  element.style.setProperty("--hue", hueOf(name));
}

export function avatar(name, size = "") {
  const element = document.createElement("span");
  element.className = `avatar ${size}`;
  element.ariaHidden = "true";
  paint(element, name);
  return element;
}

export class People {
  #people = new Map();
  #list = document.getElementById("people-list");
  #faces = document.getElementById("faces");

  get count() { return this.#people.size; }

  name(id) { return this.#people.get(id); }

  reset(people) {
    this.#people = new Map(people.map(p => [p.id, p.name]));
    this.#show();
  }

  add(person) {
    this.#people.set(person.id, person.name);
    this.#show();
  }

  remove(person) {
    this.#people.delete(person.id);
    this.#show();
  }

  // Several tabs of one name are one line.
  #show() {
    const tabs = Map.groupBy(this.#people.values(), name => name);
    const names = [...tabs.keys()].sort((a, b) => a.localeCompare(b));
    this.#list.replaceChildren(...names.map(name => {
      const item = document.createElement("li");
      const label = document.createElement("span");
      label.textContent = name;
      item.append(avatar(name, "small"), label);
      const count = tabs.get(name).length;
      if (count > 1) {
        const more = document.createElement("small");
        more.textContent = `${count} tabs`;
        item.append(more);
      }
      return item;
    }));
    const number = document.createElement("span");
    number.textContent = this.count;
    this.#faces.replaceChildren(...names.slice(0, 3).map(name => avatar(name, "small")), number);
    this.#faces.ariaLabel = `Who is here: ${this.count}`;
  }
}
