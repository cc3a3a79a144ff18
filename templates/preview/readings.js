// Ways to read a file, side by side with their first fronts; a click writes the rule into deck.toml.

import { byId, element, icon } from "./dom.js";
import { get, post } from "./server.js";
import { hintOf, n, t } from "./words.js";

const box = byId("reading");
let path = "",
  token = "",
  hooks = {};

export const listen = callbacks => {
  hooks = callbacks;
};
export const update = state => {
  token = state.token;
  if (!box.hidden) show(path);
};

export async function show(next) {
  path = next;
  const found = await get("/readings", { path });
  if (path !== next) return;
  if (!found)
    return box.replaceChildren(element("div", { className: "empty" }, element("b", { textContent: t("no_file") })));
  const said = t(found.by_author ? "by_author" : found.certainty);
  box.replaceChildren(
    element(
      "div",
      { className: "reading-page scroll" },
      element(
        "header",
        {},
        element("p", { className: "soft", translate: false, textContent: found.path }),
        element("h2", { lang: found.lang, textContent: found.title }),
        element(
          "p",
          {},
          t("which_questions"),
          " ",
          element("span", { className: `badge ${found.sure ? "" : "is-unsure"}`, textContent: said }),
        ),
        found.can_write ? "" : element("p", { className: "note" }, icon("info"), t("no_deck_toml")),
      ),
      element("div", { className: "ways" }, ...found.ways.map((way, i) => draw(way, i, found))),
      element(
        "footer",
        {},
        found.next
          ? element(
              "button",
              { className: "plain", onclick: () => hooks.reading(found.next) },
              t("next_unsure"),
              icon("right"),
            )
          : "",
        element("button", { className: "plain", onclick: () => hooks.cards(), textContent: t("back_to_cards") }),
      ),
    ),
  );
}

function draw(way, i, found) {
  const fronts = way.fronts.length
    ? element(
        "ol",
        { lang: found.lang, translate: false },
        ...way.fronts.map(text => element("li", { textContent: text })),
      )
    : element("p", { className: "soft", textContent: t("no_cards") });
  return element(
    "section",
    { className: `way ${i ? "" : "is-chosen"}` },
    element(
      "header",
      {},
      element("b", { lang: "en", textContent: way.words }),
      element("span", { className: "soft", textContent: t("n_cards", n(way.cards)) }),
    ),
    fronts,
    element("code", { className: "rule", translate: false, textContent: way.rule }),
    element("button", {
      className: i ? "plain" : "plain primary",
      disabled: !found.can_write || (i === 0 && found.by_author),
      onclick: () => take(way.rule),
      textContent: i ? t("take_this") : found.by_author ? t("is_taken") : t("keep_this"),
    }),
  );
}

async function take(rule) {
  const answer = await post("/reading", token, { path, rule });
  const wrong = answer?.said?.[0];
  hooks.say(
    !answer
      ? t("not_written")
      : wrong
        ? `${wrong.message}${wrong.hint ? ` — ${hintOf(wrong.hint)}` : ""}`
        : t("rule_written", rule),
  );
}
