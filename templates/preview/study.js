// Studying: nothing but the card. Front, turn, next, as on a phone; choices and typed answers work.

import { byId } from "./dom.js";
import * as stage from "./stage.js";
import { t } from "./words.js";

let hooks = {},
  kept = null;

export const listen = callbacks => {
  hooks = callbacks;
};
export const isOn = () => document.body.dataset.mode === "study";

export function toggle() {
  if (isOn()) {
    delete document.body.dataset.mode;
    if (kept) stage.turn(kept);
  } else {
    kept = stage.view().side;
    document.body.dataset.mode = "study";
    stage.turn("front");
  }
  byId("study").setAttribute("aria-pressed", String(isOn()));
  word();
  stage.place();
}

// Space, a tap: the answer, then the next card.
export function on() {
  if (stage.view().side !== "back") {
    stage.turn("back");
    word();
    return;
  }
  hooks.step(1);
}

// What the large button does next.
export function word() {
  byId("thumb-turn").textContent = isOn() ? t(stage.view().side === "back" ? "next" : "show_answer") : t("turn");
}

byId("study").onclick = toggle;
