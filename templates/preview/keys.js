// Keys: what each does, a sheet that lists them, and the way between the regions of the window.

import { byId, element } from "./dom.js";
import { t } from "./words.js";

const sheet = byId("keys");
let table = {};

// `act` maps keys to what they do and returns true where there was something to do.
export function listen(act) {
  addEventListener("keydown", event => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (event.defaultPrevented || sheet.open || (altKey && key !== "F6")) return;
    if ((ctrlKey || metaKey) && key.toLowerCase() === "k") {
      event.preventDefault();
      return act("/");
    }
    if (ctrlKey || metaKey) return;
    const isText = /^(text|search|number)$/.test(target.type) || target.id === "page-number";
    if (isText && !/^F[68]$/.test(key)) {
      if (key === "Escape") target.blur();
      return;
    }
    if ((key === " " || key === "Enter") && target.closest?.("button, a, [role=radio], summary")) return; // its own
    if (act(event.shiftKey && /^F[68]$/.test(key) ? `Shift-${key}` : key)) event.preventDefault();
  });
}

// The next region that is seen: notes, tools, card, Markdown.
export function nextRegion(by) {
  const inView = ".view:not([hidden])";
  const regions = [
    ".panel:not([hidden]) :is([role=tree], [role=option], .filter, #search):not([hidden])",
    "#tabs [tabindex='0']",
    `${inView} .tools .main [tabindex='0']`,
    `${inView} :is(.side:not([hidden]) iframe, #paper, #problem-list, .reading-page button:not(:disabled))`,
    "#beside a.tool",
  ]
    .map(
      names =>
        [...document.querySelectorAll(names)]
          .filter(one => one.checkVisibility())
          .sort((a, b) => (b.getAttribute("role") === "tree") - (a.getAttribute("role") === "tree"))[0],
    )
    .filter(Boolean);
  const within = document.activeElement,
    box = one => one.closest("nav, #tabs, .tools, .desk, .paper, .problem-list, .beside, .view");
  const at = regions.findIndex(one => box(one)?.contains(within));
  regions[(at + by + regions.length) % regions.length]?.focus();
}

export function open() {
  const rows = [
    ["j k ← →", "next_before"],
    [t("space"), "turn_card"],
    ["b", "both"],
    ["a", "all"],
    ["n", "night"],
    ["p", "device"],
    ["1–9", "faces"],
    ["m", "markdown"],
    ["s", "study"],
    ["e", "edit"],
    ["f", "follow"],
    ["/ Ctrl+K", "search"],
    ["F8 ⇧F8", "next_problem"],
    ["F6 ⇧F6", "next_region"],
    ["c g d", "views"],
    ["t", "theme"],
    ["?", "keys"],
  ];
  sheet.replaceChildren(
    element("h2", { id: "keys-title", textContent: t("keys") }),
    element(
      "dl",
      {},
      ...rows.map(([key, word]) =>
        element(
          "div",
          {},
          element("dt", {}, ...key.split(" ").map(one => element("kbd", { textContent: one }))),
          element("dd", { textContent: t(word) }),
        ),
      ),
    ),
    element("form", { method: "dialog" }, element("button", { className: "plain", textContent: t("close") })),
  );
  sheet.showModal();
}
