// The line above everything says when the preview could not follow, or a build would stop.

import { byId, element, icon } from "./dom.js";
import { hintOf, t } from "./words.js";

export function update(state) {
  const alert = byId("alert"),
    first = state.first_error[0];
  alert.hidden = !state.stale && !state.fault && !first;
  const place = first?.path ? `${first.path}:${first.line}` : "";
  alert.replaceChildren(
    icon("error"),
    element(
      "span",
      {},
      element("b", { textContent: t(state.stale ? "stale" : state.fault ? "failed" : "would_stop") }),
      " ",
      state.fault || first?.message || t("unreadable"),
      " ",
      place && !state.fault
        ? first.href
          ? element("a", { href: first.href, textContent: place })
          : element("code", { textContent: place })
        : "",
      first?.hint && !state.fault ? element("span", { className: "soft", textContent: ` (${hintOf(first.hint)}).` }) : "",
      state.stale && state.cards ? element("span", { className: "soft", textContent: ` ${t("read_last")}` }) : "",
    ),
  );
}
