// The card on its screens: which sides, by which light, how large; picks and typed answers pass from front to back.

import { fitScreens, fitSheet, fitWindow } from "./arrange.js";
import { byId, element, icon, radio } from "./dom.js";
import { choice } from "./prefs.js";
import { SCREENS, Side, listen as hear } from "./side.js";
import { t } from "./words.js";

const desk = byId("desk"),
  faces = byId("faces"),
  lightButton = byId("light"),
  ownBox = byId("own-size");
const BEZEL = { desktop: 0, own: 0, phone: 11, tablet: 15 };
const isNarrow = matchMedia("(max-width: 900px)");
const MOST_PICKS = 200;
let source = "",
  card = null,
  number = 0,
  light = "day",
  picks = null,
  typed = "",
  hooks = {};
const sides = new Map();

const change = (key, value) => {
  choice(key, value);
  hooks.changed?.();
  draw();
};
const side = radio(byId("side"), choice("side") ?? "front", value => change("side", value));
const screen = radio(byId("screen"), choice("screen") ?? "desktop", value => change("screen", value));
const face = radio(faces, "0", value => {
  number = Number(value);
  draw();
});

export const listen = callbacks => {
  hooks = callbacks;
};
export const view = () => ({ side: side.value, light, screen: screen.value });

// Look as an address says.
export function look(values) {
  if (["front", "back", "both", "all"].includes(values.side)) side.set(values.side);
  if (Object.hasOwn(SCREENS, values.screen ?? "")) screen.set(values.screen);
  if (["day", "night"].includes(values.light)) light = values.light;
  paint();
}

function paint() {
  lightButton.replaceChildren(icon(light === "night" ? "moon" : "sun"));
  lightButton.setAttribute("aria-pressed", String(light === "night"));
  ownBox.hidden = screen.value !== "own";
}

const size = name => (name === "own" ? { ...SCREENS.own, ...choice("own") } : SCREENS[name]);

function wanted() {
  if (side.value === "all") {
    return ["day", "night"].flatMap(by =>
      ["desktop", "phone"].flatMap(on =>
        ["front", "back"].map(name => ({ name, screen: on, light: by, key: `${name} ${on} ${by}` })),
      ),
    );
  }
  const names = side.value === "both" ? ["front", "back"] : [side.value];
  return names.map(name => ({ name, screen: screen.value, light, key: name }));
}

function draw() {
  paint();
  if (!card || !source) return;
  const shown = card.faces.find(one => one.number === number) ?? card.faces[0];
  if (!shown) return;
  const list = wanted(),
    keys = new Set(list.map(one => one.key));
  desk.dataset.mode = side.value;
  for (const [key, part] of sides) {
    if (key.includes(" ") && side.value !== "all") {
      part.remove();
      sides.delete(key);
    } else part.box.hidden = !keys.has(key);
  }
  for (const one of list) {
    const part = partOf(one.key, one.name);
    part.view = one;
    part.box.hidden = false;
    part.box.className = `side ${one.screen} ${one.light}`;
    part.show(message(one, shown), `${card.id} ${shown.number} ${one.name}`);
  }
  place();
}

function partOf(key, name) {
  if (!sides.has(key)) {
    const part = new Side(name, source);
    sides.set(key, part);
    desk.append(part.box);
  }
  return sides.get(key);
}

function message({ name, screen: on, light: by }, shown) {
  const isNight = by === "night",
    { body, page } = SCREENS[on];
  return {
    side: name,
    html: shown[name],
    css: card.css,
    picks: name === "back" ? picks : null,
    classes: `card card${shown.number + 1} ${body} ${isNight ? "nightMode night_mode" : ""}`.trim(),
    page: `${page} ${isNight ? "night-mode" : ""}`.trim(),
  };
}

// Sizes follow the room there is. On a narrow window the card is as large as on the phone that this may be.
export function place() {
  const list = wanted()
    .map(one => sides.get(one.key))
    .filter(Boolean);
  if (!list.length || !desk.clientWidth) return;
  const isStudy = document.body.dataset.mode === "study";
  const isFull = list.length === 1 && (isNarrow.matches || (isStudy && screen.value === "phone"));
  desk.classList.toggle("is-full", isFull);
  if (side.value === "all") fitSheet(desk, list);
  else if (isFull) fitWindow(desk, list[0]);
  else fitScreens(desk, list, size(screen.value), BEZEL[screen.value]);
}

function describe() {
  faces.hidden = card.faces.length < 2;
  faces.replaceChildren(
    ...card.faces.map((one, i) =>
      element("button", {
        role: "radio",
        textContent: one.name,
        title: `${one.name} (${i + 1})`,
        "data-value": String(one.number),
      }),
    ),
  );
  face.set(String(number));
}

// Show a card. The same one again keeps its side's scroll position.
export function show(next, frame, stays = false) {
  if (source !== frame) {
    source = frame;
    for (const part of sides.values()) part.reload(frame);
  }
  const isOther = next.id !== card?.id;
  if (isOther && !stays) {
    picks = null;
    typed = "";
    number = next.faces[0]?.number ?? 0;
  }
  card = next;
  desk.querySelector(".empty")?.remove();
  if (!next.faces.length) return fail(next.fault);
  if (!next.faces.some(one => one.number === number)) number = next.faces[0].number;
  describe();
  draw();
  if (side.value !== "front") compare();
}

function fail(fault) {
  for (const part of sides.values()) part.box.hidden = true;
  faces.hidden = true;
  desk.append(
    element(
      "div",
      { className: "empty fault", role: "alert" },
      icon("error"),
      element("b", { textContent: t("card_fault") }),
      element("p", { textContent: fault.message }),
      fault.where ? element("code", { textContent: fault.where }) : "",
      element("p", { className: "soft", textContent: t("others_go_on") }),
    ),
  );
  hooks.shown?.("fault");
}

export function clear(text = "") {
  card = null;
  for (const part of sides.values()) part.remove();
  sides.clear();
  desk.replaceChildren(text ? element("div", { className: "empty" }, element("b", { textContent: text })) : "");
  faces.hidden = true;
}

// What was typed is compared by the server, as Anki would.
async function compare() {
  const asked = card,
    text = typed,
    answer = text && (await hooks.compare(card.id, text));
  if (answer?.faces?.length && card === asked && text === typed) {
    card = { ...card, faces: answer.faces };
    draw();
  }
}

const set = (control, key, value) => {
  control.set(value);
  change(key, value);
};
export function turn(to) {
  const next = to ?? (side.value === "front" ? "back" : "front");
  if (side.value === "all" || (side.value === "both" && !to)) return;
  set(side, "side", next);
  if (next === "back") compare();
}
export const both = () => set(side, "side", side.value === "both" ? "front" : "both");
export const all = () => set(side, "side", side.value === "all" ? "front" : "all");
export const night = () => {
  light = light === "night" ? "day" : "night";
  change("light", light);
};
export const use = name => set(screen, "screen", name);
export const phone = () => use(screen.value === "phone" ? "desktop" : "phone");
export function pickFace(index) {
  const one = card?.faces[index];
  if (one) {
    number = one.number;
    face.set(String(number));
    draw();
  }
}

// A pick comes from a stranger's script: only its shape is taken.
function readPicks(value) {
  if (!value || typeof value.key !== "string" || !Array.isArray(value.picks)) return null;
  const numbers = list => list.slice(0, MOST_PICKS).filter(Number.isInteger);
  return {
    key: value.key.slice(0, MOST_PICKS),
    picks: numbers(value.picks),
    order: Array.isArray(value.order) ? numbers(value.order) : null,
  };
}

hear({
  key: (_, { key }) => hooks.key(String(key)),
  turn: part => {
    if (side.value === "all") {
      light = part.view.light;
      screen.set(part.view.screen);
      set(side, "side", part.name);
    } else hooks.turn();
  },
  swipe: (_, { by }) => hooks.step(by > 0 ? 1 : -1),
  shown: part => hooks.shown(part.name),
  fault: (_, { text }) => hooks.fault(String(text)),
  picks: (part, { value }) => {
    if (part.name === "front") {
      picks = readPicks(value);
      if (side.value === "both") draw();
    }
  },
  typed: (part, { text }) => {
    if (part.name !== "front") return;
    typed = String(text).slice(0, 1000);
    if (side.value !== "front") compare();
  },
});

lightButton.onclick = night;
light = choice("light") ?? "day";
for (const [id, key] of [
  ["own-width", "width"],
  ["own-height", "height"],
]) {
  byId(id).value = size("own")[key];
  byId(id).onchange = event => {
    choice("own", { ...choice("own"), [key]: Math.max(200, Math.min(2600, Number(event.target.value) || 600)) });
    draw();
  };
}
new ResizeObserver(place).observe(desk);
