// The list of cards: chapters with their questions, search, and which one is selected.

import { byId, element, place } from "./prefs.js";

const box = byId("list"), search = byId("search");
let chapters = [], rows = new Map(), order = [], wanted = "", spot = null, onSelect = () => {};

export const selected = () => wanted;
export const listen = callback => { onSelect = callback; };

function row(card, problem) {
  const text = element("span", { className: "text" },
    problem ? element("span", { className: `dot ${problem}`, title: problem }) : "",
    card.number ? element("span", { className: "nr", textContent: card.number }) : "", card.text);
  const kind = card.kind === "basic" ? "" : element("span", { className: "kind", textContent: card.kind === "typein" ? "type-in" : card.kind });
  const made = element("button", { className: "row", tabIndex: -1 }, text, kind);
  made.dataset.id = card.id;
  return made;
}

// The worst finding for each card: that of the last card which begins before its line.
function worst(chapter, problems) {
  const found = new Map();
  for (const problem of problems) {
    if (problem.path !== chapter.path || problem.severity === "info") continue;
    const card = chapter.cards.findLast(one => one.line <= problem.line);
    if (card && found.get(card.id) !== "error") found.set(card.id, problem.severity);
  }
  return found;
}

// Draw the chapters that changed; returns the ids of new and edited cards.
export function update(next, problems) {
  const before = new Map(chapters.flatMap(chapter => chapter.cards.map(card => [card.id, card.v])));
  const edited = chapters.length ? next.flatMap(chapter => chapter.cards).filter(card => before.get(card.id) !== card.v).map(card => card.id) : [];
  const old = new Map([...box.querySelectorAll(".chapter")].map(made => [made.dataset.path, made]));
  const top = box.scrollTop;
  const drawn = next.map(chapter => {
    const marks = worst(chapter, problems), mark = JSON.stringify([chapter, [...marks]]);
    const known = old.get(chapter.path);
    if (known?.mark === mark) return known;
    const made = element("section", { className: "chapter", lang: chapter.lang },
      element("h2", { title: chapter.path }, element("span", { textContent: chapter.title }), element("span", { textContent: chapter.cards.length })),
      ...chapter.cards.map(card => row(card, marks.get(card.id))));
    made.mark = mark;
    made.dataset.path = chapter.path;
    return made;
  });
  chapters = next;
  box.replaceChildren(...drawn);
  rows = new Map([...box.querySelectorAll(".row")].map(made => [made.dataset.id, made]));
  box.scrollTop = top;
  filter();
  flash(edited.map(id => rows.get(id)));
  keepPlace();
  return edited;
}

function flash(edited) {
  for (const made of edited) made.classList.remove("edited");
  void box.offsetWidth;  // one layout between the two, so that the animation begins anew
  for (const made of edited) made.classList.add("edited");
}

// A reworded question may be a new card: what stands in its place is selected then.
function keepPlace() {
  if (!rows.has(wanted)) {
    const chapter = chapters.find(one => one.path === spot?.path);
    wanted = chapter?.cards[Math.min(spot.index, chapter.cards.length - 1)]?.id ?? order[0] ?? "";
  }
  mark(false);
}

function mark(scroll) {
  for (const made of box.querySelectorAll("[aria-current]")) made.removeAttribute("aria-current");
  const made = rows.get(wanted);
  made?.setAttribute("aria-current", "true");
  if (scroll) made?.scrollIntoView({ block: "nearest" });
  const chapter = chapters.find(one => one.cards.some(card => card.id === wanted));
  if (chapter) spot = { path: chapter.path, index: chapter.cards.findIndex(card => card.id === wanted) };
  place("card", wanted);
  place("spot", spot);
}

export function select(id, scroll = true) {
  if (!rows.has(id)) return;
  if (scroll && rows.get(id).hidden) { search.value = ""; filter(); }
  wanted = id;
  mark(scroll);
  onSelect(id);
}

export function step(by) {
  const at = order.indexOf(wanted);
  const next = order[Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + by))];
  if (next && next !== wanted) select(next);
}

// The card in which a place of the notes lies.
export const cardAt = (path, line) => chapters.find(one => one.path === path)?.cards.findLast(card => card.line <= line)?.id;

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  order = [];
  let any = false;
  for (const chapter of box.querySelectorAll(".chapter")) {
    const title = chapter.firstChild.textContent.toLowerCase();
    let shown = 0;
    for (const made of chapter.querySelectorAll(".row")) {
      const text = `${made.textContent.toLowerCase()} ${title}`;
      made.hidden = !words.every(word => text.includes(word));
      if (!made.hidden) { order.push(made.dataset.id); shown += 1; }
    }
    chapter.hidden = !shown;
    any ||= Boolean(shown);
  }
  box.querySelector(".empty")?.remove();
  if (!any) {
    const said = words.length ? ["No card has these words", "The search looks at questions, numbers and chapters."] : ["No card yet", "Diagnostics say what was read."];
    box.append(element("div", { className: "empty" }, element("b", { textContent: said[0] }), said[1]));
  }
}

box.addEventListener("click", event => {
  const id = event.target.closest(".row")?.dataset.id;
  if (id) select(id, false);
});
box.addEventListener("scroll", () => place("list", box.scrollTop), { passive: true });
search.addEventListener("input", filter);
search.addEventListener("keydown", event => {
  if (event.key === "Escape") { search.value = ""; filter(); search.blur(); }
  if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); search.blur(); if (!order.includes(wanted) && order[0]) select(order[0]); }
});

export function restore() {
  wanted = place("card") ?? "";
  spot = place("spot");
}
export function restoreScroll() {
  box.scrollTop = place("list") ?? 0;
}
