// The window: follows the server and the address, and hands each part what is its own.

import * as address from "./address.js";
import * as beside from "./beside.js";
import { byId, drawIcons, icon } from "./dom.js";
import * as keys from "./keys.js";
import * as menu from "./menu.js";
import * as pages from "./pages.js";
import { choice, place } from "./prefs.js";
import * as problems from "./problems.js";
import * as readings from "./readings.js";
import * as search from "./search.js";
import * as server from "./server.js";
import * as sidebar from "./sidebar.js";
import * as stage from "./stage.js";
import * as study from "./study.js";
import * as tree from "./tree.js";
import { applyWords, n, t } from "./words.js";

const VIEWS = { card: "cards", pages: "pages", problems: "problems", reading: "reading" };
const PANELS = { card: "panel-cards", reading: "panel-cards", pages: "panel-pages", problems: "panel-problems" };
let state = null, card = null, wanted = "", isBusy = false, isAsked = false, follow = choice("follow") ?? true, held = 0;

// ---- the card

const values = () => stage.view();
const routeOf = id => ({ view: "card", rest: [id], values: values() });

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
  if (id !== wanted) return;  // another one was asked for meanwhile
  if (!next) { card = null; stage.clear(state?.cards ? "" : t(state?.loading ? "reading_notes" : "no_card_yet")); beside.clear(); return; }
  card = next;
  if (next.id !== id) { wanted = next.id; address.go(routeOf(next.id), { replace: true, silent: true }); }
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

function step(by) {
  const id = card && card.id === wanted ? neighbour(by) : "", now = performance.now();
  if (id) goCard(id, { replace: now - held < 400 });
  held = now;
}

// ---- views

function show(route) {
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
    if (id !== card?.id) showCard(id); else { stage.show(card, state.frame, true); study.word(); }
  }
  if (view === "pages") pages.look(route.rest[0], Number(route.rest[1]));
  if (view === "problems") problems.load().then(() => problems.look(route.values));
  if (view === "reading") readings.show(route.rest.join("/"));
}

function open(view) {
  if (view === "card") return address.go(card ? routeOf(card.id) : { view });
  if (view === "pages") {
    const page = card?.pages[pages.key()];
    const last = place("page");
    return address.go({ view, rest: page !== undefined && card.id !== last?.card ? [pages.key(), String(page + 1)] : last ? [last.form, String(last.page)] : [] });
  }
  address.go({ view });
}

// ---- the server

function say(kind, text) {
  for (const id of ["live", "bar-live"]) byId(id).dataset.state = kind;
  byId("live-text").textContent = byId("live").title = byId("bar-live").title = text;
}

// One refresh at a time; what is asked for meanwhile is one more.
async function refresh() {
  if (isBusy) { isAsked = true; return; }
  isBusy = true;
  try {
    do {
      isAsked = false;
      const before = state;
      state = await server.get("/state");
      await take(before);
    } while (isAsked);
  } catch (error) {
    say("lost", t("lost"));
    if (!(error instanceof TypeError && /fetch/i.test(error.message))) throw error;
  } finally {
    isBusy = false;
  }
}

async function take(before) {
  document.title = `${state.stale || state.fault ? "⚠ " : ""}${state.title}`;
  byId("heading").textContent = byId("title").textContent = byId("title").title = state.title;
  byId("title").lang = state.lang;
  byId("cards-tally").textContent = state.cards ? n(state.cards) : "";
  problems.update(state);
  problems.alarm(state);
  pages.update(state);
  readings.update(state);
  say(state.busy || state.loading ? "busy" : "live", t(state.loading ? "reading_notes" : state.busy ? "typesetting" : "live"));
  const isRead = state.reading !== before?.reading, drawing = tree.update(state);
  if (!before) return show(address.route());
  const edited = isRead && state.reading === before.reading + 1 ? state.edited : [];
  if (document.body.dataset.view === "card" || card) {
    const isOther = edited.length && !edited.includes(wanted);
    if (isOther && follow && document.body.dataset.view === "card" && !study.isOn()) goCard(edited[0]);
    else if (wanted || state.cards) await showCard(wanted, true);
    if (isOther && !follow) menu.say(t("changed", n(edited.length)), t("show"), () => goCard(edited[0]));
  }
  if (isRead) search.refresh();
  await drawing;
  if (edited.length) { tree.flash(edited); if (edited.includes(wanted)) stageFlash(); }
}

function stageFlash() {
  const desk = byId("desk");
  desk.classList.remove("edited");
  void desk.offsetWidth;  // one layout between the two, so that the animation begins anew
  desk.classList.add("edited");
}

// ---- what the parts tell

const copy = async text => { try { await navigator.clipboard.writeText(text); menu.say(t("copied")); } catch { menu.say(text); } };
const setFollow = isOn => { follow = isOn; choice("follow", isOn); };
const edit = () => { if (card?.href) location.href = card.href; };
const goReading = path => address.go({ view: "reading", rest: path.split("/") });

tree.listen(id => { sidebar.close(); goCard(id); }, path => { sidebar.close(); goReading(path); });
search.listen({ current: () => wanted, show: (id, isFinal) => goCard(id, { replace: !isFinal }), accepted: sidebar.close, closed: () => card && tree.reveal(card) });
stage.listen({
  key: press, step, turn: () => study.isOn() ? study.on() : stage.turn(),
  shown: side => { document.documentElement.dataset.shown = `${wanted} ${side}`; },
  changed: () => { if (document.body.dataset.view === "card" && card) address.go(routeOf(card.id), { replace: true, silent: true }); study.word(); },
  compare: (id, typed) => server.get("/card", { id, typed }),
});
beside.listen({ copy, reading: goReading, hasEdition: () => state.has_edition });
problems.listen({ card: id => goCard(id), copy, filter: ({ code, file }) => address.go({ view: "problems", values: { ...(code && { code }), ...(file && { file }) } }), unsure: () => { const file = state.files.find(one => one.unsure); if (file) goReading(file.path); } });
readings.listen({ say: text => menu.say(text), reading: goReading, cards: () => open("card") });
pages.listen({ card: id => goCard(id), moved: (form, page) => { place("page", { form, page, card: card?.id }); if (document.body.dataset.view === "pages" && form) address.go({ view: "pages", rest: [form, String(page)] }, { replace: true, silent: true }); } });
study.listen({ step });

// ---- keys

const CARD = {
  j: () => step(1), ArrowRight: () => step(1), k: () => step(-1), ArrowLeft: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  " ": () => study.isOn() ? study.on() : stage.turn(), b: stage.both, a: stage.all, n: stage.night, p: stage.phone, e: edit, m: beside.toggle, s: study.toggle,
};
const EVERYWHERE = {
  c: () => open("card"), g: () => open("pages"), d: () => open("problems"), t: () => byId("theme").click(), "?": keys.open,
  f: () => { setFollow(!follow); menu.say(t(follow ? "follow_on" : "follow_off")); },
  F8: () => problems.step(1), "Shift-F8": () => problems.step(-1), F6: () => keys.nextRegion(1), "Shift-F6": () => keys.nextRegion(-1),
  "/": () => { if (study.isOn()) study.toggle(); open("card"); sidebar.open(); search.focus(); },
  Escape: () => { if (sidebar.isOpen()) sidebar.close(); else if (study.isOn()) study.toggle(); else if (search.isOn()) search.clear(false); else byId("toast").hidden = true; },
};
const PAPER = { "+": () => pages.resize(1), "=": () => pages.resize(1), "-": () => pages.resize(-1), 0: () => pages.resize(0), PageDown: () => pages.step(1), PageUp: () => pages.step(-1), ArrowRight: () => pages.step(1), ArrowLeft: () => pages.step(-1) };

function press(key) {
  const { view } = document.body.dataset;
  const table = [EVERYWHERE, { card: CARD, pages: PAPER }[view]].find(one => one && Object.hasOwn(one, key)), act = table?.[key];
  if (act) act();
  else if (view === "card" && /^[1-9]$/.test(key)) stage.pickFace(Number(key) - 1);
  else return false;
  return true;
}

// ---- buttons

const isDark = matchMedia("(prefers-color-scheme: dark)");
function paint() {
  const theme = choice("theme") ?? (isDark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  byId("theme").replaceChildren(icon(theme === "dark" ? "moon" : "sun"));
}
function toggleTheme() { choice("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark"); paint(); }

function openMenu() {
  const isSmall = matchMedia("(max-width: 900px)").matches, { screen } = stage.view();
  const devices = isSmall ? [...["phone", "tablet", "desktop"].map(name => ({ text: t(name), icon: name, checked: screen === name, act: () => stage.use(name) })), null, { text: t("keys"), icon: "help", kbd: "?", act: keys.open }] : [];
  menu.open(byId("more"), [
    { text: t("follow"), checked: follow, kbd: "f", act: () => setFollow(!follow) }, null,
    { text: t("copy_link"), icon: "link", act: () => copy(location.href) },
    { text: t("edit"), icon: "edit", kbd: "e", act: edit },
    ...(card?.pages[pages.key()] !== undefined ? [{ text: t("in_print"), icon: "page", kbd: "g", act: () => open("pages") }] : []),
    ...(card?.choices > 1 ? [{ text: t("choose_other"), icon: "filter", act: () => goReading(card.path) }] : []),
    ...(devices.length ? [null, ...devices] : []),
  ]);
}

isDark.addEventListener("change", paint);
byId("theme").onclick = toggleTheme;
byId("help").onclick = keys.open;
byId("more").onclick = openMenu;
byId("before").onclick = byId("thumb-before").onclick = () => step(-1);
byId("after").onclick = byId("thumb-after").onclick = () => step(1);
byId("thumb-turn").onclick = () => study.isOn() ? study.on() : stage.turn();
byId("skip").onclick = event => { event.preventDefault(); byId("stage").focus(); };
for (const tab of document.querySelectorAll("[role=tab]")) tab.onclick = () => open(tab.dataset.view);
byId("tabs").addEventListener("keydown", event => {
  const tabs = [...document.querySelectorAll("[role=tab]")], by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
  next.focus();
  next.click();
});

applyWords();
drawIcons();
paint();
address.listen(show);
keys.listen(press);
if (!address.route().view) address.go({ view: place("view") in VIEWS && place("view") !== "reading" ? place("view") : "card" }, { replace: true, silent: true });
show(address.route());
say("busy", t("connecting"));
server.follow(refresh, () => say("lost", t("lost")));
