// What the window shows: the deck's state, one card of it, one of its views. Follows the server and the address.

import * as address from "./address.js";
import * as alarm from "./alarm.js";
import * as beside from "./beside.js";
import { byId } from "./dom.js";
import * as menu from "./menu.js";
import * as pages from "./pages.js";
import { choice, place } from "./prefs.js";
import * as problems from "./problems.js";
import * as readings from "./readings.js";
import * as search from "./search.js";
import * as server from "./server.js";
import * as stage from "./stage.js";
import * as study from "./study.js";
import * as tree from "./tree.js";
import { n, t } from "./words.js";

export const VIEWS = { card: "cards", pages: "pages", problems: "problems", reading: "reading" };
const PANELS = { card: "panel-cards", reading: "panel-cards", pages: "panel-pages", problems: "panel-problems" };
export let state = null;
export let card = null;
export let wanted = "";
export let isFollowing = choice("follow") ?? true;
let isBusy = false,
  isAsked = false,
  held = 0;

// ---- the card

const values = () => stage.view();
export const routeOf = id => ({ view: "card", rest: [id], values: values() });

// Go to a card: a step for the Back button, unless a key is held down.
export function goCard(id, { replace = false } = {}) {
  if (!id) return;
  if (study.isOn() && id !== wanted) stage.look({ side: "front" });
  address.go(routeOf(id), { replace });
}

async function showCard(id, stays = false) {
  wanted = id;
  const spot = place("spot") ?? {};
  const next = await server.get("/card", { id, path: spot.path ?? "", spot: spot.spot ?? 0 });
  if (id !== wanted) return; // another one was asked for meanwhile
  if (!next) {
    card = null;
    stage.clear(state?.cards ? "" : t(state?.loading ? "reading_notes" : "no_card_yet"));
    beside.clear();
    return;
  }
  card = next;
  if (next.id !== id) {
    wanted = next.id;
    address.go(routeOf(next.id), { replace: true, silent: true });
  }
  place("spot", { path: next.path, spot: next.spot });
  place("card", next.id);
  stage.show(next, state.frame, stays);
  beside.show(next);
  study.word();
  byId("position").textContent = `${n(next.at + 1)} / ${n(next.of)}`;
  byId("before").disabled = !neighbour(-1);
  byId("after").disabled = !neighbour(1);
  search.mark(next.id);
  await tree.reveal(next);
}

const neighbour = by => search.neighbour(card?.id, by) ?? (by > 0 ? card?.after : card?.before);

export function step(by) {
  const id = card && card.id === wanted ? neighbour(by) : "",
    now = performance.now();
  if (id) goCard(id, { replace: now - held < 400 });
  held = now;
}

// ---- views

export function show(route) {
  const view = route.view in VIEWS ? route.view : "card";
  for (const [name, id] of Object.entries(VIEWS)) byId(id).hidden = name !== view;
  for (const panel of new Set(Object.values(PANELS))) byId(panel).hidden = panel !== PANELS[view];
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const isIt = tab.dataset.view === view || (view === "reading" && tab.dataset.view === "card");
    tab.setAttribute("aria-selected", String(isIt));
    tab.tabIndex = isIt ? 0 : -1;
  }
  document.body.dataset.view = view;
  place("view", view);
  if (!state) return;
  if (view === "card") {
    const [id = ""] = route.rest;
    if (!id) return goCard(card?.id || place("card") || state.first || "-", { replace: true });
    stage.look(route.values);
    if (id !== card?.id) showCard(id);
    else {
      stage.show(card, state.frame, true);
      study.word();
    }
  }
  if (view === "pages") pages.look(route.rest[0], Number(route.rest[1]));
  if (view === "problems") problems.load().then(() => problems.look(route.values));
  if (view === "reading") readings.show(route.rest.join("/"));
}

export function open(view) {
  if (view === "card") return address.go(card ? routeOf(card.id) : { view });
  if (view === "pages") {
    const page = card?.pages[pages.key()];
    const last = place("page");
    return address.go({
      view,
      rest:
        page !== undefined && card.id !== last?.card
          ? [pages.key(), String(page + 1)]
          : last
            ? [last.form, String(last.page)]
            : [],
    });
  }
  address.go({ view });
}

// ---- the server

export function say(kind, text) {
  for (const id of ["live", "bar-live"]) byId(id).dataset.state = kind;
  byId("live-text").textContent = byId("live").title = byId("bar-live").title = text;
}

// One refresh at a time; what is asked for meanwhile is one more.
export async function refresh() {
  if (isBusy) {
    isAsked = true;
    return;
  }
  isBusy = true;
  do {
    isAsked = false;
    const before = state,
      next = await server.get("/state");
    if (!next) {
      say("lost", t("lost"));
      break;
    }
    state = next;
    await take(before);
  } while (isAsked);
  isBusy = false;
}

async function take(before) {
  document.title = `${state.stale || state.fault ? "⚠ " : ""}${state.title}`;
  byId("heading").textContent = byId("title").textContent = byId("title").title = state.title;
  byId("title").lang = state.lang;
  byId("cards-tally").textContent = state.cards ? n(state.cards) : "";
  problems.update(state);
  alarm.update(state);
  pages.update(state);
  readings.update(state);
  say(
    state.busy || state.loading ? "busy" : "live",
    t(state.loading ? "reading_notes" : state.busy ? "typesetting" : "live"),
  );
  const isRead = state.reading !== before?.reading,
    drawing = tree.update(state);
  if (!before) return show(address.route());
  const edited = isRead && state.reading === before.reading + 1 ? state.edited : [];
  if (document.body.dataset.view === "card" || card) {
    const isOther = edited.length && !edited.includes(wanted);
    if (isOther && isFollowing && document.body.dataset.view === "card" && !study.isOn()) goCard(edited[0]);
    else if (wanted || state.cards) await showCard(wanted, true);
    if (isOther && !isFollowing) menu.say(t("changed", n(edited.length)), t("show"), () => goCard(edited[0]));
  }
  if (isRead) search.refresh();
  await drawing;
  if (edited.length) {
    tree.flash(edited);
    if (edited.includes(wanted)) stageFlash();
  }
}

function stageFlash() {
  const desk = byId("desk");
  desk.classList.remove("edited");
  void desk.offsetWidth; // one layout between the two, so that the animation begins anew
  desk.classList.add("edited");
}

// ---- what parts ask for

export const copy = async text => {
  try {
    await navigator.clipboard.writeText(text);
    menu.say(t("copied"));
  } catch {
    menu.say(text);
  }
};
export const setFollow = isOn => {
  isFollowing = isOn;
  choice("follow", isOn);
};
export const edit = () => {
  if (card?.href) location.href = card.href;
};
export const goReading = path => address.go({ view: "reading", rest: path.split("/") });
