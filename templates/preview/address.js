// The address says what is seen: #/card/<id>?side=back&light=night&screen=phone, #/pages/handout/36, #/problems,
// #/reading/<path>. So Back, Forward, reload and a copied link all lead to the same place.

let onMove = () => {},
  current = read();

function read() {
  const [path, query] = location.hash.slice(1).split("?");
  const parts = path
    .split("/")
    .slice(1)
    .map(part => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  const [view = "", ...rest] = parts;
  return { view, rest, values: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

export function format({ view, rest = [], values = {} }) {
  const query = new URLSearchParams(values).toString();
  return `#/${[view, ...rest.map(encodeURIComponent)].join("/")}${query ? `?${query}` : ""}`;
}

export const route = () => current;
export const listen = callback => {
  onMove = callback;
};

// Go to a place. `replace` leaves no step for the Back button. A place that is where we are is no step either.
export function go(next, { replace = false, silent = false } = {}) {
  const hash = format(next);
  try {
    if (hash !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", hash);
  } catch {
    /* a browser that has had enough of steps */
  }
  current = { rest: [], values: {}, ...next };
  if (!silent) onMove(current);
}

addEventListener("popstate", () => {
  current = read();
  onMove(current);
});
