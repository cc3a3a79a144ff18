// What stands around a card: below it where it comes from and what is wrong with it, beside it its Markdown and why it is
// a card.

import { byId, element, icon } from "./dom.js";
import { problemLine } from "./problem_line.js";
import { choice } from "./prefs.js";
import { n, stateName, t } from "./words.js";

const panel = byId("beside"),
  caption = byId("caption"),
  found = byId("card-problems"),
  button = byId("notes");
const wide = matchMedia("(min-width: 1440px)"),
  roomy = matchMedia("(min-width: 1101px)");
let isOn = roomy.matches && (choice("notes") ?? wide.matches),
  card = null,
  hooks = {};

export const listen = callbacks => {
  hooks = callbacks;
};
export const isOpen = () => isOn;

export function toggle() {
  isOn = !isOn;
  if (roomy.matches) choice("notes", isOn);
  draw();
}

export function show(next) {
  const isSame = card?.id === next.id,
    top = panel.scrollTop;
  card = next;
  describe();
  list();
  draw();
  panel.scrollTop = isSame ? top : 0;
}

export function clear() {
  card = null;
  caption.replaceChildren();
  found.hidden = panel.hidden = true;
}

function describe() {
  const crumbs = [...card.path.split("/").slice(0, -1), card.title, ...card.sections];
  const tags = (card.tags ?? []).filter(tag => !repeats(tag, [card.title, ...card.sections]));
  caption.replaceChildren(
    element(
      "span",
      { className: "crumbs", title: crumbs.join(" › ") },
      ...crumbs.flatMap((name, i) => [
        i ? element("i", { textContent: "›" }) : "",
        element("span", { textContent: name }),
      ]),
    ),
    element(
      "span",
      { className: "keep" },
      element("a", {
        className: "place",
        href: card.href,
        textContent: `${card.path.split("/").at(-1)}:${card.line}`,
        title: `${t("edit")} (e)`,
      }),
      element(
        "button",
        {
          className: "tool small",
          title: t("copy_path"),
          "aria-label": t("copy_path"),
          onclick: () => hooks.copy(`${card.path}:${card.line}`),
        },
        icon("copy"),
      ),
    ),
    card.deck && !plain(card.path.replace(/\.\w+$/, "")).endsWith(plain(card.deck.split("::").slice(1).join("")))
      ? element("span", { className: "chip", title: t("deck"), textContent: card.deck.split("::").join(" › ") })
      : "",
    ...tags.map(tag =>
      element("span", { className: "chip tag", title: t("tag"), textContent: tag.split("::").join(" › ") }),
    ),
  );
}

// A tag that only says where the card stands says it a second time.
const plain = text => text.replace(/[\s:/_-]+/g, "").toLowerCase();
const repeats = (tag, place) => plain(tag) === plain(place.join(""));

function list() {
  const { problems } = card;
  found.hidden = !problems.length;
  if (!problems.length) return;
  const worst = problems[0].severity;
  found.className = `card-problems ${worst}`;
  found.replaceChildren(
    element(
      "p",
      { className: "card-problems-head" },
      icon(worst),
      element("b", { textContent: t("on_this_card", n(problems.length)) }),
      element("kbd", { textContent: "F8" }),
    ),
    ...problems.map(one => problemLine(one, { isShort: true })),
  );
}

function draw() {
  panel.hidden = !isOn || !card;
  button.setAttribute("aria-pressed", String(isOn));
  document.body.classList.toggle("has-notes", isOn && Boolean(card));
  if (panel.hidden) return;
  const { source } = card;
  const width = String(source.first + source.lines.length).length;
  const meant = new Map(card.problems.map(one => [one.line, one.severity]));
  const lines = source.lines.map((text, i) => {
    const number = source.first + i;
    return element(
      "div",
      { className: `line ${style(text)} ${meant.get(number) ?? ""}` },
      element("a", {
        className: "number",
        href: source.href.replace("{line}", number),
        tabIndex: -1,
        title: t("edit"),
        textContent: String(number).padStart(width),
      }),
      element("span", { className: "code", textContent: text || " " }),
    );
  });
  const facts = element("dl", { className: "facts" });
  const fact = (name, ...values) => facts.append(element("dt", { textContent: name }), element("dd", {}, ...values));
  if (card.state.length)
    fact(
      t("edition"),
      ...card.state.map(one => element("span", { className: `badge ${one}`, textContent: stateName(one) })),
    );
  else if (hooks.hasEdition()) fact(t("edition"), t("unchanged"));
  fact(t("kind"), card.notetype ?? card.kind);
  if (card.number) fact(t("number"), card.number);
  if (card.deck) fact(t("deck"), card.deck.split("::").join(" › "));
  fact(t("identity"), element("code", { textContent: card.id }));
  panel.replaceChildren(
    element(
      "header",
      { className: "beside-head" },
      element("h2", { textContent: t("markdown") }),
      element("a", { className: "tool text", href: card.href, title: `${t("edit")} (e)` }, icon("edit"), t("edit")),
    ),
    element("div", { className: "markdown", translate: false, lang: card.lang }, ...lines),
    element(
      "section",
      { className: "why" },
      element("h2", { textContent: t("why") }),
      element("ul", { lang: "en" }, ...card.why.map(text => element("li", { textContent: text }))),
      card.choices > 1
        ? element("button", {
            className: "plain",
            onclick: () => hooks.reading(card.path),
            textContent: t("choose_other"),
          })
        : "",
    ),
    facts,
  );
}

function style(text) {
  if (/^\s*#{1,6}\s/.test(text)) return "is-heading";
  if (/^\s*(```|~~~|\$\$)/.test(text)) return "is-fence";
  if (/^\s*<!--.*-->\s*$/.test(text)) return "is-comment";
  return "";
}

button.onclick = toggle;
