// What the window remembers: choices for ever, places for this tab.

const store = (box, key, value) => {
  try {
    if (value === undefined) return JSON.parse(box.getItem(`make-deck.${key}`));
    box.setItem(`make-deck.${key}`, JSON.stringify(value));
  } catch { /* private windows have no storage */ }
  return null;
};

export const choice = (key, value) => store(localStorage, key, value);
export const place = (key, value) => store(sessionStorage, key, value);

export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key in made && key !== "role") made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== ""));
  return made;
};

export const byId = id => document.getElementById(id);

// A row of buttons of which one is chosen. Calls `changed(value)` when it is another one.
export function radio(box, value, changed) {
  const set = next => {
    for (const button of box.querySelectorAll("[role=radio]")) {
      button.setAttribute("aria-checked", String(button.dataset.value === next));
    }
    box.dataset.value = next;
  };
  box.addEventListener("click", event => {
    const button = event.target.closest("[role=radio]"), next = button?.dataset.value;
    if (event.detail) button?.blur();  // after a click of the mouse the space bar turns the card, as before
    if (next !== undefined && next !== box.dataset.value) { set(next); changed(next); }
  });
  set(value);
  return { get value() { return box.dataset.value; }, set };
}
