// Search in everything: hits, best first, take the place of the tree while something is typed.

import { byId, element, marked } from "./dom.js";
import { get } from "./server.js";
import { kindName, n, t } from "./words.js";

const input = byId("search"),
  box = byId("hits"),
  chips = byId("hit-files"),
  tree = byId("tree"),
  count = byId("search-count");
const FIRST = 20; // hits that fill the box; the others follow when those are on the screen
let found = null,
  before = null,
  isAsking = false,
  isWaiting = false,
  asked = 0,
  wanted = "",
  hooks = {};

// `current()` is the card on the stage; `show(id, isFinal)` shows another.
export const listen = callbacks => {
  hooks = callbacks;
};
export const isOn = () => found !== null;
export const focus = () => {
  input.focus();
  input.select();
};

// The card after (or before) one among the hits; "" where there is none.
export function neighbour(id, by) {
  if (!found) return null;
  const at = found.order.indexOf(id);
  return found.order[at < 0 ? 0 : at + by] ?? "";
}

// What is typed is asked for at once; while an answer is on its way, the last of what follows waits for it.
async function askNow() {
  isWaiting = isAsking;
  if (isAsking) return;
  isAsking = true;
  await ask(true);
  isAsking = false;
  if (isWaiting) askNow();
}

async function ask(isTyped) {
  const typed = input.value.trim(),
    serial = (asked += 1);
  if (!typed) return clear(isTyped);
  const answer = await get("/search", { q: typed });
  if (serial !== asked || !answer) return;
  before ??= hooks.current();
  found = answer;
  draw();
  if (isTyped && found.order.length && !found.order.includes(hooks.current())) hooks.show(found.order[0], false);
}

function hit(one, i) {
  const isHere = one.id === wanted;
  const made = element(
    "div",
    { role: "option", id: `hit-${i}`, className: "hit", "aria-selected": String(isHere), "data-id": one.id },
    element(
      "p",
      { className: "hit-text" },
      one.number ? element("span", { className: "nr", textContent: one.number }) : "",
      ...marked(one.text),
      one.kind === "basic" ? "" : element("span", { className: "kind", textContent: kindName(one.kind) }),
    ),
    one.excerpt.join("") ? element("p", { className: "hit-excerpt" }, ...marked(one.excerpt)) : "",
    element("p", { className: "hit-where", textContent: one.title, title: one.path }),
  );
  return made;
}

function draw() {
  const isOn = found !== null;
  box.hidden = count.hidden = !isOn;
  chips.hidden = true;
  tree.hidden = isOn;
  input.setAttribute("aria-expanded", String(isOn));
  if (!isOn) return;
  wanted = hooks.current();
  count.textContent = t("hits", n(found.total), n(found.of));
  const files = Object.entries(found.files).sort((a, b) => b[1] - a[1]);
  chips.hidden = files.length < 2;
  chips.replaceChildren(
    ...files.slice(0, 5).map(([path, sum]) => {
      const name = path
        .split("/")
        .at(-1)
        .replace(/\.\w+$/, "");
      return element(
        "button",
        { className: "chip", tabIndex: -1, title: path, "data-file": name },
        element("span", { textContent: name }),
        element("b", { textContent: n(sum) }),
      );
    }),
  );
  const none = element(
    "div",
    { className: "empty" },
    element("b", { textContent: t("no_hit") }),
    t("search_in"),
    element("code", { textContent: "file:  tag:  kind:choice  has:problem  is:new  -word" }),
  );
  const mine = found;
  box.replaceChildren(...(found.hits.length ? found.hits.slice(0, FIRST).map(hit) : [none]));
  box.scrollTop = 0;
  if (found.hits.length > FIRST)
    setTimeout(() => {
      if (mine === found && box.childElementCount === FIRST)
        box.append(...mine.hits.slice(FIRST).map((one, i) => hit(one, FIRST + i)));
    });
  mark(wanted, false);
}

async function more() {
  if (
    !found ||
    found.isAsking ||
    found.hits.length >= found.total ||
    box.scrollTop + box.clientHeight < box.scrollHeight - 400
  )
    return;
  found.isAsking = true;
  const mine = found,
    answer = await get("/search", { q: input.value.trim(), start: mine.hits.length });
  if (mine !== found || !answer) return;
  const start = found.hits.length;
  found.hits.push(...answer.hits);
  found.isAsking = false;
  box.append(...answer.hits.map((one, i) => hit(one, start + i)));
}

export function mark(id, scroll = true) {
  wanted = id;
  for (const made of box.querySelectorAll("[aria-selected=true]")) made.setAttribute("aria-selected", "false");
  const made = box.querySelector(`[data-id="${CSS.escape(id)}"]`);
  made?.setAttribute("aria-selected", "true");
  if (made) input.setAttribute("aria-activedescendant", made.id);
  else input.removeAttribute("aria-activedescendant");
  if (scroll) made?.scrollIntoView({ block: "nearest" });
}

// Close the search; with `restores`, back to the card that stood there before.
export function clear(restores) {
  const back = restores ? before : null;
  asked += 1;
  input.value = "";
  found = before = null;
  draw();
  if (back && back !== hooks.current()) hooks.show(back, true);
  else hooks.closed();
}

// The notes changed: the same search again, the same card.
export const refresh = () => {
  if (found) ask(false);
};

input.addEventListener("input", askNow);
input.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    clear(true);
    input.blur();
  }
  if (event.key === "Enter") {
    event.preventDefault();
    before = null;
    input.blur();
    if (found && !found.order.includes(hooks.current()) && found.order[0]) hooks.show(found.order[0], true);
    hooks.accepted();
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && found) {
    event.preventDefault();
    const next = neighbour(hooks.current(), by);
    if (next) hooks.show(next, false);
  }
});
box.addEventListener("mousedown", event => event.preventDefault());
chips.addEventListener("click", event => {
  const file = event.target.closest("[data-file]")?.dataset.file;
  if (file) {
    input.value = `${input.value.replace(/\s*file:("[^"]*"|\S*)/, "")} file:"${file}"`;
    ask(true);
  }
});
box.addEventListener("click", event => {
  const id = event.target.closest("[data-id]")?.dataset.id;
  if (id) {
    before = null;
    hooks.show(id, true);
    hooks.accepted();
  }
});
box.addEventListener("scroll", more, { passive: true });
