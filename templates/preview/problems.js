// Diagnostics, and the line above everything that says when the preview could not follow.

import { byId, element } from "./prefs.js";

const box = byId("problem-list"), alert = byId("alert"), tally = byId("problems-tally");
let onCard = () => {}, drawn = "";

export const listen = callback => { onCard = callback; };

function line(problem, cardAt) {
  const place = problem.path ? `${problem.path}${problem.line ? `:${problem.line}:${problem.col}` : ""}` : "";
  const card = problem.path && cardAt(problem.path, problem.line);
  const made = element("div", { className: `problem ${problem.severity}` },
    element("span", { className: "severity", textContent: { error: "Error", warning: "Warning", info: "Note" }[problem.severity] }),
    element("div", {},
      element("p", { className: "message", textContent: problem.message }),
      element("p", { className: "where" },
        place ? (problem.href ? element("a", { href: problem.href, textContent: place, title: "Open in the editor" }) : element("code", { textContent: place })) : "",
        card ? element("button", { textContent: "show the card" }) : "",
        element("span", { className: "code", textContent: problem.code }))),
    problem.hint ? element("p", { className: "hint", textContent: problem.hint }) : "");
  if (card) made.querySelector("button").onclick = () => onCard(card);
  return made;
}

export function update(state, cardAt) {
  const mark = JSON.stringify([state.problems, state.stale, state.fault, state.reading]);
  if (mark === drawn) return;
  drawn = mark;
  const top = box.scrollTop;
  const worst = ["error", "warning"].find(severity => state.problems.some(one => one.severity === severity));
  const count = state.problems.filter(one => one.severity !== "info").length;
  tally.textContent = count || "";
  tally.className = `tally ${worst ?? ""}`;
  const none = element("div", { className: "empty" }, element("b", { textContent: "Nothing to complain about" }), "Errors, warnings and notes on what was left out stand here.");
  box.replaceChildren(...(state.problems.length ? state.problems.map(one => line(one, cardAt)) : [none]));
  box.scrollTop = top;

  const first = state.problems.find(one => one.severity === "error");
  alert.hidden = !state.stale && !state.fault;
  alert.replaceChildren(
    element("b", { textContent: state.stale ? "Not up to date: " : "Failed: " }),
    state.fault || first?.message || "the notes cannot be read", " ",
    first && !state.fault && first.path ? (first.href ? element("a", { href: first.href, textContent: `${first.path}:${first.line}` }) : element("code", { textContent: `${first.path}:${first.line}` })) : "",
    state.stale && state.chapters.length ? ". Below is what was read last." : "");
}
