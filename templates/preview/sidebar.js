// The bar at the side: as wide as one pulls it; on a narrow window a drawer that comes from the edge.

import { byId } from "./dom.js";
import { choice } from "./prefs.js";

const bar = byId("sidebar"),
  sizer = byId("sizer"),
  veil = byId("veil"),
  opener = byId("drawer-open");
const LEAST = 220,
  MOST = 480,
  STEP = 20;
const isNarrow = matchMedia("(max-width: 900px)");

export const isOpen = () => isNarrow.matches && bar.classList.contains("is-open");

export function open() {
  if (!isNarrow.matches) return;
  bar.classList.add("is-open");
  bar.inert = veil.hidden = false;
  opener.setAttribute("aria-expanded", "true");
}

export function close() {
  bar.classList.remove("is-open");
  veil.hidden = true;
  bar.inert = isNarrow.matches;
  opener.setAttribute("aria-expanded", "false");
}

function widen(width) {
  const wide = Math.max(LEAST, Math.min(MOST, width));
  document.documentElement.style.setProperty("--sidebar", `${wide}px`);
  for (const [name, value] of [
    ["aria-valuenow", wide],
    ["aria-valuemin", LEAST],
    ["aria-valuemax", MOST],
  ])
    sizer.setAttribute(name, value);
  return wide;
}

const width = () => bar.getBoundingClientRect().width;
sizer.addEventListener("pointerdown", event => {
  sizer.setPointerCapture(event.pointerId);
  document.body.classList.add("is-sizing");
});
sizer.addEventListener("pointermove", event => {
  if (sizer.hasPointerCapture(event.pointerId)) widen(event.clientX);
});
sizer.addEventListener("pointerup", () => {
  document.body.classList.remove("is-sizing");
  choice("sidebar", width());
});
sizer.addEventListener("dblclick", () => choice("sidebar", widen(300)));
sizer.addEventListener("keydown", event => {
  const by = { ArrowRight: STEP, ArrowLeft: -STEP }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  choice("sidebar", widen(width() + by));
});

opener.onclick = () => {
  open();
  byId("tree").focus();
};
byId("drawer-close").onclick = close;
veil.onclick = close;
isNarrow.addEventListener("change", close);
bar.addEventListener("keydown", event => {
  if (event.key === "Escape" && isOpen()) {
    event.stopPropagation();
    close();
    opener.focus();
  }
});

// A swipe from the left edge opens it, one to the left closes it.
let start = null;
addEventListener(
  "touchstart",
  event => {
    const [one] = event.touches;
    start = isOpen() || one.clientX < 28 ? one.clientX : null;
  },
  { passive: true },
);
addEventListener(
  "touchend",
  event => {
    if (start === null) return;
    const by = event.changedTouches[0].clientX - start;
    if (by > 50 && !isOpen()) open();
    if (by < -50 && isOpen()) close();
  },
  { passive: true },
);

widen(choice("sidebar") ?? 300);
close();
