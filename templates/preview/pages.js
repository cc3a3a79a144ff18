// The printed forms: each page a picture that is drawn when it comes into sight and replaced in its place; the outline of
// the PDF beside them, and from each page a way to its card.

import { byId, element, radio } from "./dom.js";
import { choice, place } from "./prefs.js";
import { get } from "./server.js";
import { Thumbs } from "./thumbs.js";
import { VirtualTree } from "./virtual_tree.js";
import { n, t } from "./words.js";

const paper = byId("paper"),
  box = byId("forms"),
  field = byId("page-number"),
  total = byId("page-total"),
  pdf = byId("pdf"),
  tally = byId("pages-tally"),
  twoUp = byId("two-up"),
  cardButton = byId("page-card");
const STEPS = [0.35, 0.5, 0.7, 0.85, 1, 1.25, 1.6, 2],
  GAP = 20,
  MOST = 3000;
const outline = new VirtualTree(byId("outline"), {
  draw: row => [
    element("span", { className: "label", textContent: row.text }),
    element("span", { className: "badges" }, element("span", { className: "count", textContent: row.page + 1 })),
  ],
  pick: row => jump(row.page),
  fold: (row, isOpen) => {
    if (isOpen) unfolded.add(row.key);
    else unfolded.delete(row.key);
    drawOutline();
  },
});
const unfolded = new Set(),
  thumbs = new Thumbs(byId("thumbs"), page => jump(page));
const way = radio(byId("page-ways"), choice("page-way") ?? "outline", value => {
  choice("page-way", value);
  drawWay();
});
let forms = [],
  serial = -1,
  zoom = choice("zoom") ?? 0,
  isTwo = choice("two") ?? false,
  isBusy = false,
  drawn = "",
  contents = { outline: [], cards: [] },
  wanted = null,
  hooks = {};
const form = radio(box, choice("form") ?? "", value => {
  choice("form", value);
  drawn = "";
  paper.scrollTop = 0;
  draw();
  loadOutline();
  tell();
});

export const listen = callbacks => {
  hooks = callbacks;
};
const current = () => forms.find(one => one.key === form.value) ?? forms[0];
export const key = () => current()?.key ?? "";
const hasForm = name => forms.some(one => one.key === name);

function widthOf([width]) {
  const room = Math.max(160, (paper.clientWidth - 48 - (isTwo ? GAP : 0)) / (isTwo ? 2 : 1)),
    natural = (width * 4) / 3;
  return Math.round(zoom ? natural * zoom : Math.min(room, Math.max(natural, Math.min(room, 900))));
}

const seen = new IntersectionObserver(
  entries => {
    for (const { isIntersecting, target } of entries) {
      target.isNear = isIntersecting;
      if (isIntersecting) load(target);
    }
  },
  { root: paper, rootMargin: "800px" },
);

function load(image) {
  const width = Math.min(MOST, Math.ceil((image.width * devicePixelRatio) / 100) * 100);
  const address = `/page/${current().key}/${image.dataset.page}.png?w=${width}&v=${serial}`;
  if (image.getAttribute("src") !== address) image.src = address; // the old picture stays until the new one is there
}

function draw() {
  const shown = current();
  pdf.hidden = field.parentElement.hidden = !shown;
  tally.textContent = shown ? n(shown.sizes.length) : "";
  twoUp.setAttribute("aria-pressed", String(isTwo));
  paper.classList.toggle("two", isTwo);
  if (!shown) {
    drawn = "";
    paper.replaceChildren(
      element(
        "div",
        { className: "empty" },
        element("b", { textContent: isBusy ? t("typesetting") : t("no_pages") }),
        isBusy ? t("typesetting_more") : t("no_pages_more"),
      ),
    );
    return;
  }
  pdf.href = `/form/${encodeURIComponent(shown.key)}.pdf`;
  form.set(shown.key);
  if (drawn !== shown.key) paper.replaceChildren();
  drawn = shown.key;
  paper.querySelector(".empty")?.remove();
  const pages = [...paper.children];
  shown.sizes.forEach((size, i) => {
    const image = pages[i] ?? element("img", { className: "sheet", alt: t("page_n", i + 1), decoding: "async" });
    image.dataset.page = i;
    image.width = widthOf(size);
    image.height = Math.round((image.width * size[1]) / size[0]);
    if (!image.isConnected) {
      paper.append(image);
      seen.observe(image);
    } else if (image.isNear) load(image);
  });
  pages.slice(shown.sizes.length).forEach(image => {
    seen.unobserve(image);
    image.remove();
  });
  total.textContent = `/ ${n(shown.sizes.length)}`;
}

// The page in the middle of the window, from 0.
function here() {
  const pages = paper.querySelectorAll(".sheet"),
    middle = paper.scrollTop + paper.clientHeight / 2.5;
  let low = 0,
    high = pages.length - 1;
  while (low < high) {
    const half = Math.ceil((low + high) / 2);
    if (pages[half].offsetTop - paper.offsetTop <= middle) low = half;
    else high = half - 1;
  }
  while (isTwo && low > 0 && pages[low - 1].offsetTop === pages[low].offsetTop) low -= 1;
  return Math.max(0, low);
}

const cardOn = page =>
  (contents.cards.find(one => one[1] === page) ?? contents.cards.findLast(one => one[1] < page))?.[0];

function drawWay() {
  byId("outline").hidden = way.value !== "outline";
  byId("thumbs").hidden = way.value !== "thumbs";
  if (current()) thumbs.draw(current().key, current().sizes, serial);
  tell();
}

function tell() {
  if (!current()) return;
  const page = here();
  thumbs.markPage(page);
  if (document.activeElement !== field) field.value = page + 1;
  const at = contents.outline.findLastIndex(one => one.page <= page),
    rows = outline.rows.filter(row => row.page <= page);
  if (at >= 0 && rows.length) {
    outline.selected = outline.active = rows.at(-1).key;
    outline.render();
  }
  cardButton.hidden = !cardOn(page);
  cardButton.textContent = t("card_here");
}

function jump(page, isFinal = true) {
  const image = paper.querySelectorAll(".sheet")[page];
  wanted = page;
  if (image && paper.clientWidth && paper.clientWidth === width) {
    wanted = null;
    paper.scrollTop = image.offsetTop - paper.offsetTop - GAP;
    tell();
    if (isFinal) hooks.moved(key(), page + 1);
  }
}

// Show a form at a page (from 1), as an address says it.
export function look(name, page) {
  if (name && hasForm(name) && form.value !== name) {
    form.set(name);
    choice("form", name);
    drawn = "";
    draw();
    loadOutline();
  }
  if (page) jump(page - 1, false);
}

async function loadOutline() {
  const shown = current();
  if (!shown) return;
  const answer = await get("/outline", { form: shown.key });
  contents = answer ?? { outline: [], cards: [] };
  drawOutline();
  drawWay();
}

function drawOutline() {
  const rows = [],
    list = contents.outline;
  let hidden = Infinity;
  list.forEach((one, i) => {
    if (one.depth > hidden) return;
    hidden = Infinity;
    const row = {
      key: `o:${i}`,
      text: one.title,
      depth: one.depth,
      page: one.page,
      style: one.depth ? "card" : "file",
    };
    if (list[i + 1]?.depth > one.depth) {
      row.open = unfolded.has(row.key);
      if (!row.open) hidden = one.depth;
    }
    rows.push(row);
  });
  outline.set(rows);
}

export function update(state) {
  const isNew = state.printing !== serial;
  isBusy = state.busy;
  forms = state.forms;
  serial = state.printing;
  box.hidden = forms.length < 2;
  if (!isNew && drawn) return;
  box.replaceChildren(
    ...forms.map(one =>
      element("button", { role: "radio", textContent: t(`form_${one.key}`, one.key), "data-value": one.key }),
    ),
  );
  draw();
  loadOutline();
  if (wanted !== null) jump(wanted, false);
}

let timer = 0,
  width = 0;
paper.addEventListener(
  "scroll",
  () => {
    tell();
    clearTimeout(timer);
    timer = setTimeout(() => {
      place("paper", paper.scrollTop);
      if (paper.clientWidth) hooks.moved(key(), here() + 1);
    }, 250);
  },
  { passive: true },
);

export function resize(step) {
  const page = here(),
    natural = ((current()?.sizes[0]?.[0] ?? 595) * 4) / 3;
  const now = zoom || widthOf(current()?.sizes[0] ?? [595]) / natural;
  if (step === 0) zoom = 0;
  else
    zoom =
      step > 0 ? (STEPS.find(one => one > now + 0.01) ?? 2) : (STEPS.findLast(one => one < now - 0.01) ?? STEPS[0]);
  choice("zoom", zoom);
  draw();
  jump(page, false);
}
export const step = by => jump(Math.max(0, Math.min((current()?.sizes.length ?? 1) - 1, here() + by)));

byId("zoom-in").onclick = () => resize(1);
byId("zoom-out").onclick = () => resize(-1);
byId("zoom-fit").onclick = () => resize(0);
twoUp.onclick = () => {
  const page = here();
  isTwo = !isTwo;
  choice("two", isTwo);
  draw();
  jump(page, false);
};
cardButton.onclick = () => hooks.card(cardOn(here()));
field.addEventListener("focus", () => field.select());
field.addEventListener("keydown", event => {
  if (event.key === "Enter") field.blur();
});
field.addEventListener("change", () => {
  const page = Number.parseInt(field.value, 10);
  if (page > 0) jump(Math.min(page, current().sizes.length) - 1);
});
new ResizeObserver(() => {
  if (!paper.clientWidth || paper.clientWidth === width) return;
  const isFirst = !width,
    page = here();
  width = paper.clientWidth;
  draw();
  if (wanted !== null) jump(wanted, false);
  else if (isFirst) paper.scrollTop = place("paper") ?? 0;
  else jump(page, false);
}).observe(paper);
