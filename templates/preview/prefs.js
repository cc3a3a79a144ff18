// What the window remembers: choices for ever, places for this tab.

const store = (box, key, value) => {
  try {
    if (value === undefined) return JSON.parse(box.getItem(`make-deck.${key}`));
    box.setItem(`make-deck.${key}`, JSON.stringify(value));
  } catch {
    /* private windows have no storage */
  }
  return null;
};

export const choice = (key, value) => store(localStorage, key, value);
export const place = (key, value) => store(sessionStorage, key, value);
