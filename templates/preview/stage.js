// The card itself: one or two frames without an origin, and what they are told to show.

import { byId, choice, element, radio } from "./prefs.js";

const desk = byId("desk"), caption = byId("caption"), faces = byId("faces");
let source = "", card = null, number = 0, onKey = () => {}, onShown = () => {};

const side = radio(byId("side"), choice("side") ?? "front", value => { choice("side", value); draw(); });
const light = radio(byId("light"), choice("light") ?? "day", value => { choice("light", value); draw(); });
const screen = radio(byId("screen"), choice("screen") ?? "desktop", value => { choice("screen", value); draw(); });
const face = radio(faces, "0", value => { number = Number(value); draw(); });

const CLASSES = { desktop: "isLin fancy", phone: "mathjax-rendered" };
const PAGES = { desktop: "", phone: "mobile android chrome" };

class Side {
  constructor(name) {
    this.name = name;
    this.label = element("span", { textContent: name === "front" ? "Front" : "Back" });
    this.frame = element("iframe", { title: name, src: source, sandbox: "allow-scripts" });
    this.box = element("div", { className: "side" }, this.label, this.frame);
    this.box.dataset.side = name;
    this.isReady = false;
    this.last = this.sent = "";
  }

  show(message, identity) {
    this.message = { ...message, keep: identity === this.last };
    this.last = identity;
    this.post();
  }

  post() {
    const { keep, ...content } = this.message;
    const text = JSON.stringify(content);
    if (!this.isReady || (text === this.sent && keep)) return;
    this.sent = text;
    this.frame.contentWindow.postMessage({ type: "show", ...this.message }, "*");
  }
}

const sides = {};
const parts = name => (sides[name] ??= new Side(name));

function draw() {
  if (!card || !source) return;
  const shown = card.faces.find(one => one.number === number) ?? card.faces[0];
  const night = light.value === "night", names = side.value === "both" ? ["front", "back"] : [side.value];
  for (const name of ["front", "back"]) {
    if (!names.includes(name) && !sides[name]) continue;
    const part = parts(name);
    if (!part.box.isConnected) desk[name === "front" ? "prepend" : "append"](part.box);
    part.box.hidden = !names.includes(name);
    part.label.hidden = names.length < 2;
    part.box.className = `side ${screen.value} ${night ? "night" : ""}`;
    if (part.box.hidden) continue;
    part.show({
      side: name, html: shown[name], css: card.css,
      classes: `card card${shown.number + 1} ${CLASSES[screen.value]} ${night ? "nightMode night_mode" : ""}`.trim(),
      page: `${PAGES[screen.value]} ${night ? "night-mode" : ""}`.trim(),
    }, `${card.id} ${shown.number} ${name}`);
  }
}

function describe() {
  faces.hidden = card.faces.length < 2;
  faces.replaceChildren(...card.faces.map((one, i) => element("button", { role: "radio", textContent: one.name, title: `Card ${i + 1} of this note (${i + 1})`, "data-value": String(one.number) })));
  face.set(String(number));
  caption.replaceChildren(
    element("a", { href: card.href, textContent: card.place, title: "Open in the editor (e)" }),
    element("span", { className: "keep", textContent: card.notetype }),
    element("span", { textContent: card.deck.split("::").join(" › "), title: "Deck" }),
    element("span", { textContent: card.tags.join("  "), title: "Tags" }));
}

// Show a card. The same one again keeps its side's scroll position.
export function show(next, frame) {
  if (source !== frame) {
    source = frame;
    for (const part of Object.values(sides)) { part.isReady = false; part.sent = ""; part.frame.src = frame; }
  }
  if (next.id !== card?.id && !next.stays) number = next.faces[0].number;
  if (!next.faces.some(one => one.number === number)) number = next.faces[0].number;
  card = next;
  describe();
  draw();
}

export function clear() {
  card = null;
  desk.replaceChildren();
  caption.replaceChildren();
  faces.hidden = true;
  for (const name of Object.keys(sides)) delete sides[name];
}

export const flip = () => { if (side.value !== "both") { pick(side, "side", side.value === "front" ? "back" : "front"); } };
export const both = () => pick(side, "side", side.value === "both" ? "front" : "both");
export const night = () => pick(light, "light", light.value === "night" ? "day" : "night");
export const phone = () => pick(screen, "screen", screen.value === "phone" ? "desktop" : "phone");
export const edit = () => { if (card?.href) location.href = card.href; };
export const front = () => { if (side.value === "back") { side.set("front"); choice("side", "front"); } };
export function pickFace(index) {
  const one = card?.faces[index];
  if (one) { number = one.number; face.set(String(number)); draw(); }
}
export const listen = (key, shown) => { onKey = key; onShown = shown; };

function pick(control, key, value) {
  control.set(value);
  choice(key, value);
  draw();
}

addEventListener("message", event => {
  const part = Object.values(sides).find(one => one.frame.contentWindow === event.source);
  if (!part) return;
  const { type, key, href } = event.data;
  if (type === "ready") { part.isReady = true; part.sent = ""; if (part.message) part.post(); }
  if (type === "key") onKey(String(key));
  if (type === "open" && /^(https?|mailto):/i.test(href)) window.open(href, "_blank", "noopener,noreferrer");
  if (type === "shown") onShown(part.name);
});
