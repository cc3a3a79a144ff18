// The window: follows the server's events, hands each part what is its own, and listens to keys.

import * as list from "./list.js";
import * as pages from "./pages.js";
import * as problems from "./problems.js";
import * as stage from "./stage.js";
import { byId, choice, place } from "./prefs.js";

const TABS = { cards: "list", pages: "paper", problems: "problem-list" };
const live = byId("live"), follow = byId("follow");
let state = null, isBusy = false, isAsked = false;

const get = async address => {
  const answer = await fetch(address);
  return answer.ok || answer.status === 500 ? answer.json() : null;
};

async function showCard(id, stays = false) {
  const card = id ? await get(`/card?id=${encodeURIComponent(id)}`) : null;
  if (id !== list.selected()) return;  // another one was selected meanwhile
  if (card?.fault) return problems.update({ ...state, fault: card.fault }, list.cardAt);
  if (card) stage.show({ ...card, stays }, state.frame); else stage.clear();
  problems.update(state, list.cardAt);
}

function say(kind, text) {
  live.dataset.state = kind;
  live.textContent = text;
}

const status = () => say(state.busy ? "busy" : "live", state.busy ? "typesetting pages" : "live");

// One refresh at a time; what is asked for meanwhile is one more.
async function refresh() {
  if (isBusy) { isAsked = true; return; }
  isBusy = true;
  try {
    do {
      isAsked = false;
      const isFirst = !state, before = list.selected();
      state = await get("/state");
      document.title = `${state.stale || state.fault ? "⚠ " : ""}${state.title}`;
      byId("title").textContent = state.title;
      byId("cards-tally").textContent = state.chapters.reduce((sum, chapter) => sum + chapter.cards.length, 0) || "";
      const edited = list.update(state.chapters, state.problems);
      problems.update(state, list.cardAt);
      if (follow.checked && edited.length && !edited.includes(list.selected())) list.select(edited[0]);
      else await showCard(list.selected(), before !== list.selected());
      pages.update(state);
      if (isFirst) list.restoreScroll();
      status();
    } while (isAsked);
  } catch {
    say("lost", "no connection");
  } finally {
    isBusy = false;
  }
}

function open(tab) {
  for (const [name, scroller] of Object.entries(TABS)) {
    const isShown = name === tab, panel = byId(name), inside = byId(scroller);
    if (!isShown && !panel.hidden) panel.dataset.top = inside.scrollTop;
    panel.hidden = !isShown;
    if (isShown && panel.dataset.top) inside.scrollTop = panel.dataset.top;
    byId(`tab-${name}`).setAttribute("aria-selected", String(isShown));
  }
  place("tab", tab);
}

const KEYS = {
  j: () => list.step(1), ArrowDown: () => list.step(1), k: () => list.step(-1), ArrowUp: () => list.step(-1),
  " ": stage.flip, b: stage.both, n: stage.night, p: stage.phone, e: stage.edit,
  f: () => { follow.click(); },
  "/": () => { open("cards"); byId("search").select(); },
};
const EVERYWHERE = {
  c: () => open("cards"), g: () => open("pages"), d: () => open("problems"),
  t: () => byId("theme").click(), "?": () => byId("keys").showModal(),
};
const PAPER = { "+": () => pages.resize(1), "=": () => pages.resize(1), "-": () => pages.resize(-1), 0: () => pages.resize(0) };

function press(key) {
  const isCards = !byId("cards").hidden;
  const act = EVERYWHERE[key] ?? (isCards || key === "/" ? KEYS[key] : byId("pages").hidden ? null : PAPER[key]);
  if (act) act();
  else if (isCards && /^[1-9]$/.test(key)) stage.pickFace(Number(key) - 1);
  else return false;
  return true;
}

addEventListener("keydown", event => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || byId("keys").open || /^(text|search)$/.test(target.type)) return;
  if (key === " " && target.closest?.(".tools, .bar, .problem")) return;  // the button's own
  if (press(key)) event.preventDefault();
});

const isDark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => { document.documentElement.dataset.theme = choice("theme") ?? (isDark.matches ? "dark" : "light"); };
isDark.addEventListener("change", paint);
byId("theme").onclick = () => { choice("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark"); paint(); };
byId("help").onclick = () => byId("keys").showModal();
for (const name of Object.keys(TABS)) byId(`tab-${name}`).onclick = () => open(name);
follow.checked = choice("follow") ?? false;
follow.onchange = () => { choice("follow", follow.checked); follow.blur(); };

paint();
open(place("tab") ?? "cards");
list.restore();
list.listen(id => showCard(id));
problems.listen(id => { open("cards"); list.select(id); });
stage.listen(press, side => { document.documentElement.dataset.shown = `${list.selected()} ${side}`; });

const events = new EventSource("/events");
events.onmessage = refresh;
events.onerror = () => say("lost", "the preview has ended");
