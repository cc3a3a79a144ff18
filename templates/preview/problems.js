// All problems, grouped by what they are and then by file, filtered at the side; F8 goes from one to the next.

import { byId, element, icon } from "./dom.js";
import { problemLine } from "./problem_line.js";
import { get } from "./server.js";
import { hintOf, meaningOf, n, severityName, t } from "./words.js";

const box = byId("problem-list"),
  filters = byId("filters"),
  tally = byId("problems-tally");
const ORDER = ["error", "warning", "info"];
const FETCH = "make-deck watch --fetch";
const folded = new Set();
const search = element("input", {
  type: "search",
  placeholder: t("filter"),
  "aria-label": t("filter"),
  autocomplete: "off",
  spellcheck: false,
});
let all = [],
  meanings = {},
  serial = "",
  at = -1,
  hooks = {},
  hidden = new Set(),
  code = "",
  path = "";

export const listen = callbacks => {
  hooks = callbacks;
};

export function update(state) {
  const { error = 0, warning = 0, info = 0 } = state.tally;
  tally.textContent = error + warning ? n(error + warning) : info ? n(info) : "";
  tally.title = [
    [error, "error"],
    [warning, "warning"],
    [info, "info"],
  ]
    .filter(([sum]) => sum)
    .map(([sum, name]) => `${n(sum)} ${severityName(name, sum)}`)
    .join(", ");
  tally.className = `tally ${error ? "error" : warning ? "warning" : ""}`;
  serial = `${state.reading} ${state.printing}`;
  if (!byId("problems").hidden) load();
}

export async function load() {
  if (load.serial === serial) return;
  load.serial = serial;
  const answer = await get("/problems");
  if (!answer) return;
  all = answer.problems;
  meanings = answer.meanings;
  draw();
}

// Filters as an address has them.
export function look(values) {
  code = values.code ?? "";
  path = values.file ?? "";
  draw();
}

function groupBy(list, key) {
  const groups = new Map();
  for (const one of list) {
    if (!groups.has(one[key])) groups.set(one[key], []);
    groups.get(one[key]).push(one);
  }
  return groups;
}
const fits = one =>
  !hidden.has(one.severity) &&
  (!code || one.code === code) &&
  (!path || one.path === path) &&
  (!search.value ||
    `${one.message} ${meaningOf(one.code, "")} ${one.path} ${one.hint} ${hintOf(one.hint)} ${one.code}`.toLowerCase().includes(search.value.toLowerCase()));

function draw() {
  drawFilters();
  const list = all.filter(fits),
    top = box.scrollTop,
    focused = document.activeElement.dataset?.at;
  const codes = [...groupBy(list, "code")].sort(
    (a, b) => ORDER.indexOf(a[1][0].severity) - ORDER.indexOf(b[1][0].severity) || b[1].length - a[1].length,
  );
  const none = element(
    "div",
    { className: "empty" },
    icon("check"),
    element("b", { textContent: all.length ? t("no_problem_fits") : t("no_problem") }),
    all.length ? "" : t("no_problem_more"),
  );
  box.replaceChildren(
    element(
      "div",
      { className: "problem-column" },
      ...(codes.length ? codes.map(([name, group]) => drawGroup(name, group)) : [none]),
    ),
  );
  box.scrollTop = top;
  if (focused) box.querySelector(`[data-at="${focused}"]`)?.focus({ preventScroll: true });
}

// What a code means, in the reader's language where there are words for it.
function heading(name) {
  const english = meanings[name] ?? name,
    meaning = meaningOf(name, english);
  return element("b", { ...(meaning === english && { lang: "en" }), textContent: meaning });
}

function drawGroup(name, group) {
  const isOpen = !folded.has(name),
    { severity } = group[0];
  const head = element(
    "button",
    {
      className: "group-head",
      "aria-expanded": String(isOpen),
      onclick: () => {
        if (folded.has(name)) folded.delete(name);
        else folded.add(name);
        draw();
      },
    },
    icon("chevron"),
    element(
      "span",
      { className: `severity ${severity}` },
      icon(severity),
      element("span", { className: "sr", textContent: severityName(severity, 1) }),
    ),
    heading(name),
    element("span", { className: "code", textContent: name }),
    element("span", { className: "count", textContent: n(group.length) }),
  );
  const hint = group.length > 1 && group.every(one => one.hint === group[0].hint) ? group[0].hint : "";
  const action = {
    "image-remote": () => copyButton(FETCH, t("fetch_them")),
    "files-unsure": () =>
      element("button", { className: "plain", textContent: t("look_through"), onclick: () => hooks.unsure() }),
  }[name]?.();
  const files = isOpen
    ? [...groupBy(group, "path")].map(([file, list]) =>
        element(
          "section",
          { className: "problem-file" },
          file ? element("h2", { textContent: file, translate: false }) : "",
          ...list.map(one => {
            const made = problemLine(one, { open: hooks.card, ...(hint && { hint: "" }) });
            made.dataset.at = all.indexOf(one);
            return made;
          }),
        ),
      )
    : [];
  return element(
    "section",
    { className: `problem-group ${severity}` },
    head,
    isOpen && (action || hint) ? element("p", { className: "action soft" }, hintOf(hint), action ?? "") : "",
    ...files,
  );
}

const copyButton = (text, label) =>
  element(
    "span",
    {},
    `${label} `,
    element("code", { textContent: text }),
    element(
      "button",
      { className: "tool small", "aria-label": t("copy"), title: t("copy"), onclick: () => hooks.copy(text) },
      icon("copy"),
    ),
  );

function drawFilters() {
  const severities = ORDER.map(name => [name, all.filter(one => one.severity === name).length]).filter(
    ([, sum]) => sum,
  );
  const chosen = (list, value, set) =>
    list.map(([name, sum]) =>
      element(
        "button",
        {
          className: "filter",
          "aria-pressed": String(name === value),
          title: name,
          onclick: () => {
            set(name === value ? "" : name);
            hooks.filter({ code, file: path });
          },
        },
        element("span", { className: "label", textContent: name.split("/").at(-1) || "–" }),
        element("span", { className: "count", textContent: n(sum) }),
      ),
    );
  const sums = key => [...groupBy(all, key)].map(([name, list]) => [name, list.length]).sort((a, b) => b[1] - a[1]);
  const had = document.activeElement === search;
  filters.replaceChildren(
    element("label", { className: "search" }, icon("search"), search),
    element("h2", { textContent: t("severity") }),
    ...severities.map(([name, sum]) =>
      element(
        "button",
        {
          className: `filter ${name}`,
          "aria-pressed": String(!hidden.has(name)),
          onclick: () => {
            if (hidden.has(name)) hidden.delete(name);
            else hidden.add(name);
            draw();
          },
        },
        icon(name),
        element("span", { className: "label", textContent: severityName(name, sum) }),
        element("span", { className: "count", textContent: n(sum) }),
      ),
    ),
    element("h2", { textContent: t("code") }),
    ...chosen(sums("code"), code, name => {
      code = name;
    }),
    element("h2", { textContent: t("files") }),
    ...chosen(
      sums("path")
        .filter(([name]) => name)
        .slice(0, 40),
      path,
      name => {
        path = name;
      },
    ),
  );
  if (had) search.focus();
}

// The next problem (or the one before): its card, or its place in the list where no card holds it.
export async function step(by) {
  await load();
  if (!all.length) return;
  at = (at + by + all.length) % all.length;
  const problem = all[at];
  if (problem.card) return hooks.card(problem.card);
  folded.delete(problem.code);
  hidden.delete(problem.severity);
  code = path = search.value = "";
  hooks.filter({ code, file: path });
  draw();
  const made = box.querySelector(`[data-at="${at}"]`);
  made?.scrollIntoView({ block: "center" });
  made?.focus({ preventScroll: true });
}

search.addEventListener("input", draw);
