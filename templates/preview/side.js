// One side of a card on one screen: a frame without an origin, and the messages that go to and fro.

import { element } from "./dom.js";
import { t } from "./words.js";

export const SCREENS = {
  desktop: { width: 900, height: 600, body: "isLin fancy", page: "" },
  tablet: { width: 768, height: 1024, body: "mathjax-rendered", page: "mobile android chrome" },
  phone: { width: 390, height: 844, body: "mathjax-rendered", page: "mobile android chrome" },
  own: { width: 1024, height: 640, body: "isLin fancy", page: "" },
};

const all = new Set();
let hooks = {};

// What frames tell: key, turn, swipe, shown, fault, picks, typed. Only frames that stand here are heard.
export const listen = callbacks => {
  hooks = callbacks;
};

export class Side {
  constructor(name, source) {
    this.name = name;
    this.frame = element("iframe", { title: t(name), src: source, sandbox: "allow-scripts" });
    this.screen = element("div", { className: "screen" }, this.frame);
    this.label = element("span", { className: "side-label", textContent: t(name) });
    this.box = element("div", { className: "side", "data-side": name }, this.label, this.screen);
    this.isReady = false;
    this.last = this.sent = "";
    all.add(this);
  }

  // As large as it really is, drawn smaller where there is no room.
  fit({ width, height }, scale, bezel) {
    const edge = bezel * scale;
    Object.assign(this.frame.style, {
      width: `${width}px`,
      height: `${height}px`,
      transform: scale === 1 ? "" : `scale(${scale})`,
    });
    Object.assign(this.screen.style, {
      width: `${width * scale + 2 * edge}px`,
      height: `${height * scale + 2 * edge}px`,
      borderWidth: `${edge}px`,
    });
    this.box.style.setProperty("--scale", scale);
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
    this.frame.contentWindow.postMessage({ type: "show", ...this.message }, "*"); // it has no origin to name
  }

  reload(source) {
    this.isReady = false;
    this.sent = "";
    this.frame.src = source;
  }

  remove() {
    all.delete(this);
    this.box.remove();
  }
}

const KINDS = new Set(["key", "turn", "swipe", "shown", "fault", "picks", "typed"]);

addEventListener("message", event => {
  const part = [...all].find(one => one.frame.contentWindow === event.source);
  if (!part || event.origin !== "null" || typeof event.data !== "object") return;
  const { type, href } = event.data;
  if (type === "ready") {
    part.isReady = true;
    part.sent = "";
    if (part.message) part.post();
  }
  if (type === "open" && /^(https?|mailto):/i.test(href)) window.open(href, "_blank", "noopener,noreferrer");
  if (KINDS.has(type)) hooks[type]?.(part, event.data);
});
