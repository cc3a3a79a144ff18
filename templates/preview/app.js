// Begins: tells each part whom to ask, and opens the window where the address says.

import * as address from "./address.js";
import * as beside from "./beside.js";
import { paint, press } from "./commands.js";
import { drawIcons } from "./dom.js";
import * as keys from "./keys.js";
import * as menu from "./menu.js";
import * as pages from "./pages.js";
import { place } from "./prefs.js";
import * as problems from "./problems.js";
import * as readings from "./readings.js";
import * as search from "./search.js";
import * as server from "./server.js";
import * as sidebar from "./sidebar.js";
import * as stage from "./stage.js";
import * as study from "./study.js";
import * as tree from "./tree.js";
import * as shown from "./window.js";
import { applyWords, t } from "./words.js";

tree.listen(
  id => {
    sidebar.close();
    shown.goCard(id);
  },
  path => {
    sidebar.close();
    shown.goReading(path);
  },
);
search.listen({
  current: () => shown.wanted,
  show: (id, isFinal) => shown.goCard(id, { replace: !isFinal }),
  accepted: sidebar.close,
  closed: () => shown.card && tree.reveal(shown.card),
});
stage.listen({
  key: press,
  step: shown.step,
  turn: () => (study.isOn() ? study.on() : stage.turn()),
  shown: side => {
    document.documentElement.dataset.shown = `${shown.wanted} ${side}`;
  },
  fault: menu.say,
  changed: () => {
    if (document.body.dataset.view === "card" && shown.card)
      address.go(shown.routeOf(shown.card.id), { replace: true, silent: true });
    study.word();
  },
  compare: (id, typed) => server.get("/card", { id, typed }),
});
beside.listen({ copy: shown.copy, reading: shown.goReading, hasEdition: () => shown.state.has_edition });
problems.listen({
  card: id => shown.goCard(id),
  copy: shown.copy,
  filter: ({ code, file }) =>
    address.go({ view: "problems", values: { ...(code && { code }), ...(file && { file }) } }),
  unsure: () => {
    const file = shown.state.files.find(one => one.unsure);
    if (file) shown.goReading(file.path);
  },
});
readings.listen({ say: text => menu.say(text), reading: shown.goReading, cards: () => shown.open("card") });
pages.listen({
  card: id => shown.goCard(id),
  moved: (form, page) => {
    place("page", { form, page, card: shown.card?.id });
    if (document.body.dataset.view === "pages" && form)
      address.go({ view: "pages", rest: [form, String(page)] }, { replace: true, silent: true });
  },
});
study.listen({ step: shown.step });

applyWords();
drawIcons();
paint();
address.listen(shown.show);
keys.listen(press);
if (!address.route().view)
  address.go(
    { view: place("view") in shown.VIEWS && place("view") !== "reading" ? place("view") : "card" },
    { replace: true, silent: true },
  );
shown.show(address.route());
shown.say("busy", t("connecting"));
server.follow(shown.refresh, () => shown.say("lost", t("lost")));
