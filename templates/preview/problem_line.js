// One problem: what is wrong, where, in which lines of the notes, and what helps.

import { element, icon } from "./dom.js";
import { hintOf, meaningOf, t } from "./words.js";

// `open(card)` shows its card.
export function problemLine(problem, { isShort = false, open = null, hint = problem.hint } = {}) {
  const name = problem.path.split("/").at(-1),
    where = problem.path ? `${name}${problem.line ? `:${problem.line}` : ""}` : "";
  const link =
    where &&
    (problem.href
      ? element("a", { className: "place", href: problem.href, textContent: where, title: problem.path })
      : element("code", { className: "place", textContent: where, title: problem.path }));
  const lines = problem.source.length
    ? element(
        "div",
        { className: "excerpt", translate: false },
        ...problem.source.flatMap(([number, text]) => line(number, text, problem)),
      )
    : "";
  const card = !open
    ? ""
    : problem.card
      ? element("button", { className: "plain small", textContent: t("show_card"), onclick: () => open(problem.card) })
      : element("span", { className: "soft no-card", textContent: problem.path ? t("no_card_here") : "" });
  // Messages are English, with the names and numbers of the place; their meaning stands first in the reader's language.
  const meaning = meaningOf(problem.code, "");
  if (isShort)
    return element(
      "article",
      { className: `problem ${problem.severity}`, title: hintOf(hint) },
      icon(problem.severity),
      meaning ? element("p", { className: "message", textContent: meaning }) : "",
      element("p", { className: meaning ? "message soft" : "message", lang: "en", textContent: problem.message }),
      element("p", { className: "where" }, link),
    );
  return element(
    "article",
    { className: `problem ${problem.severity}`, tabIndex: -1 },
    icon(problem.severity),
    element(
      "div",
      { className: "problem-body" },
      element("p", { className: "message", lang: "en", textContent: problem.message }),
      lines,
      hint ? element("p", { className: "hint", textContent: hintOf(hint) }) : "",
      element(
        "p",
        { className: "where" },
        link,
        card,
        open ? "" : element("span", { className: "code", textContent: problem.code }),
      ),
    ),
  );
}

function line(number, text, problem) {
  const isMeant = number === problem.line,
    start = isMeant ? Math.min(problem.col - 1, text.length) : text.length;
  const rest = text.slice(start),
    end = rest.search(/\s*$/);
  return [
    element("span", { className: "number", textContent: number }),
    element(
      "span",
      { className: `text ${isMeant ? "is-meant" : ""}` },
      text.slice(0, start),
      isMeant && rest ? element("u", { textContent: rest.slice(0, end) || rest }) : "",
      text ? "" : " ",
    ),
  ];
}
