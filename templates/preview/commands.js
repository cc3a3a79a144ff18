// What one can press: keys, buttons, the menu.

import { byId, icon } from "./dom.js";
import * as beside from "./beside.js";
import * as keys from "./keys.js";
import * as menu from "./menu.js";
import * as pages from "./pages.js";
import { choice } from "./prefs.js";
import * as problems from "./problems.js";
import * as search from "./search.js";
import * as sidebar from "./sidebar.js";
import * as stage from "./stage.js";
import * as study from "./study.js";
import * as shown from "./window.js";
import { t } from "./words.js";

const CARD = {
  j: () => shown.step(1),
  ArrowRight: () => shown.step(1),
  k: () => shown.step(-1),
  ArrowLeft: () => shown.step(-1),
  ArrowDown: () => shown.step(1),
  ArrowUp: () => shown.step(-1),
  " ": () => (study.isOn() ? study.on() : stage.turn()),
  b: stage.both,
  a: stage.all,
  n: stage.night,
  p: stage.phone,
  e: shown.edit,
  m: beside.toggle,
  s: study.toggle,
};
const EVERYWHERE = {
  c: () => shown.open("card"),
  g: () => shown.open("pages"),
  d: () => shown.open("problems"),
  t: () => byId("theme").click(),
  "?": keys.open,
  f: () => {
    shown.setFollow(!shown.isFollowing);
    menu.say(t(shown.isFollowing ? "follow_on" : "follow_off"));
  },
  F8: () => problems.step(1),
  "Shift-F8": () => problems.step(-1),
  F6: () => keys.nextRegion(1),
  "Shift-F6": () => keys.nextRegion(-1),
  "/": () => {
    if (study.isOn()) study.toggle();
    shown.open("card");
    sidebar.open();
    search.focus();
  },
  Escape: () => {
    if (sidebar.isOpen()) sidebar.close();
    else if (study.isOn()) study.toggle();
    else if (search.isOn()) search.clear(false);
    else byId("toast").hidden = true;
  },
};
const PAPER = {
  "+": () => pages.resize(1),
  "=": () => pages.resize(1),
  "-": () => pages.resize(-1),
  0: () => pages.resize(0),
  PageDown: () => pages.step(1),
  PageUp: () => pages.step(-1),
  ArrowRight: () => pages.step(1),
  ArrowLeft: () => pages.step(-1),
};

export function press(key) {
  const { view } = document.body.dataset;
  const table = [EVERYWHERE, { card: CARD, pages: PAPER }[view]].find(one => one && Object.hasOwn(one, key)),
    act = table?.[key];
  if (act) act();
  else if (view === "card" && /^[1-9]$/.test(key)) stage.pickFace(Number(key) - 1);
  else return false;
  return true;
}

const isDark = matchMedia("(prefers-color-scheme: dark)");
export function paint() {
  const theme = choice("theme") ?? (isDark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  byId("theme").replaceChildren(icon("window")); // the sun and the moon are the card's
}
function toggleTheme() {
  choice("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  paint();
}

function openMenu() {
  const isSmall = !byId("screen").checkVisibility(),
    { screen } = stage.view();
  const devices = isSmall
    ? [
        ...["phone", "tablet", "desktop"].map(name => ({
          text: t(name),
          icon: name,
          checked: screen === name,
          act: () => stage.use(name),
        })),
        null,
        { text: t("keys"), icon: "help", kbd: "?", act: keys.open },
      ]
    : [];
  menu.open(byId("more"), [
    { text: t("follow"), checked: shown.isFollowing, kbd: "f", act: () => shown.setFollow(!shown.isFollowing) },
    null,
    { text: t("copy_link"), icon: "link", act: () => shown.copy(location.href) },
    { text: t("edit"), icon: "edit", kbd: "e", act: shown.edit },
    ...(shown.card?.pages[pages.key()] !== undefined
      ? [{ text: t("in_print"), icon: "page", kbd: "g", act: () => shown.open("pages") }]
      : []),
    ...(shown.card?.choices > 1
      ? [{ text: t("choose_other"), icon: "filter", act: () => shown.goReading(shown.card.path) }]
      : []),
    ...(devices.length ? [null, ...devices] : []),
  ]);
}

isDark.addEventListener("change", paint);
byId("theme").onclick = toggleTheme;
byId("help").onclick = keys.open;
byId("more").onclick = openMenu;
byId("before").onclick = byId("thumb-before").onclick = () => shown.step(-1);
byId("after").onclick = byId("thumb-after").onclick = () => shown.step(1);
byId("thumb-turn").onclick = () => (study.isOn() ? study.on() : stage.turn());
byId("skip").onclick = event => {
  event.preventDefault();
  byId("stage").focus();
};
for (const tab of document.querySelectorAll("[role=tab]")) tab.onclick = () => shown.open(tab.dataset.view);
byId("tabs").addEventListener("keydown", event => {
  const tabs = [...document.querySelectorAll("[role=tab]")],
    by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
  next.focus();
  next.click();
});
