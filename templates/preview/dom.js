// Making and finding elements; a row of buttons of which one is chosen; icons.

export const byId = id => document.getElementById(id);

export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (key in made && key !== "role") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
  return made;
};

// Text in pieces: every second one was found.
export const marked = pieces =>
  pieces.map((text, i) => (i % 2 ? element("mark", { textContent: text }) : document.createTextNode(text)));

const ICONS = {
  chevron: "M6 4l4 4-4 4",
  left: "M10 3L5 8l5 5",
  right: "M6 3l5 5-5 5",
  up: "M3 10l5-5 5 5",
  close: "M4 4l8 8M12 4l-8 8",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4L14 14",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
  moon: "M13.3 9.6A5.6 5.6 0 0 1 6.4 2.7a5.6 5.6 0 1 0 6.9 6.9z",
  window: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12M8 5h5M8 8h6M8 11h5",
  desktop: "M2 3h12v8H2zM6 13.8h4M8 11v2.8",
  phone: "M4.5 1.5h7v13h-7zM7.2 12.6h1.6",
  tablet: "M3 1.5h10v13H3zM7.2 12.6h1.6",
  own: "M2 5V2h3M14 5V2h-3M2 11v3h3M14 11v3h-3",
  notes: "M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3",
  study: "M1.5 6L8 3l6.5 3L8 9zM4 7.4V11c2.4 1.8 5.6 1.8 8 0V7.4",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  help: "M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.7h.01M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z",
  error: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6",
  warning: "M8 2L1.7 13.5h12.6zM8 6.4v3.4M8 11.6h.01",
  info: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7.3v3.8M8 4.9h.01",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  edit: "M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4z",
  page: "M4 1.5h5.5L12.5 4.5v10H4zM9.5 1.5v3h3",
  check: "M3 8.5l3.2 3.2L13 5",
  two: "M2 3h5.3v10H2zM8.7 3H14v10H8.7z",
  link: "M6.5 9.5l3-3M7 4.5l1.3-1.3a2.9 2.9 0 0 1 4.1 4.1L11 8.6M9 11.5l-1.3 1.3a2.9 2.9 0 0 1-4.1-4.1L5 7.4",
  turn: "M3 8a5 5 0 0 1 8.6-3.5L13 6M13 2.5V6H9.5M13 8a5 5 0 0 1-8.6 3.5L3 10M3 13.5V10h3.5",
  filter: "M2 3h12l-4.7 5.6V13l-2.6-1.3V8.6z",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"),
    path = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// Put icons where the page names them.
export function drawIcons(under = document) {
  for (const place of under.querySelectorAll("[data-icon]")) place.prepend(icon(place.dataset.icon));
}

// A row of buttons of which one is chosen, one stop for the Tab key; arrows go on (ARIA practices, radio group).
export function radio(box, value, changed) {
  const buttons = () => [...box.querySelectorAll("[role=radio]")];
  const set = next => {
    const found = buttons();
    for (const button of found) {
      const isIt = button.dataset.value === next;
      button.setAttribute("aria-checked", String(isIt));
      button.tabIndex = isIt ? 0 : -1;
    }
    if (found.length && !found.some(one => one.tabIndex === 0)) found[0].tabIndex = 0;
    box.dataset.value = next;
  };
  const choose = next => {
    if (next !== undefined && next !== box.dataset.value) {
      set(next);
      changed(next);
    }
  };
  box.addEventListener("click", event => {
    const button = event.target.closest("[role=radio]");
    if (event.detail) button?.blur(); // after a click of the mouse the space bar turns the card, as before
    choose(button?.dataset.value);
  });
  box.addEventListener("keydown", event => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const found = buttons().filter(one => !one.hidden),
      at = found.indexOf(document.activeElement);
    const next = found[(at + by + found.length) % found.length];
    next.focus();
    choose(next.dataset.value);
  });
  set(value);
  return {
    get value() {
      return box.dataset.value;
    },
    set,
  };
}
