// The printed forms: each page a picture that is drawn when it comes into sight, and replaced in its place.

import { byId, choice, element, place, radio } from "./prefs.js";

const paper = byId("paper"), box = byId("forms"), where = byId("page-place"), pdf = byId("pdf"), tally = byId("pages-tally");
const NAMES = { handout: "Handout", quiz: "Quiz", flashcards: "Cards to cut out", testpage: "Printer test" };
const STEPS = [0.35, 0.5, 0.7, 0.85, 1, 1.25, 1.6, 2];
let forms = [], serial = 0, zoom = choice("zoom") ?? 0, isBusy = false, drawn = "";
const form = radio(box, choice("form") ?? "", value => { choice("form", value); paper.scrollTop = 0; draw(); });

const current = () => forms.find(one => one.key === form.value) ?? forms[0];

function widthOf([width]) {
  const room = Math.max(200, paper.clientWidth - 48), natural = width * 4 / 3;
  return Math.round(zoom ? natural * zoom : Math.min(room, Math.max(natural, Math.min(room, 900))));
}

const seen = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) {
    target.isNear = isIntersecting;
    if (isIntersecting) load(target);
  }
}, { root: paper, rootMargin: "800px" });

function load(image) {
  const width = Math.min(3000, Math.ceil(image.width * devicePixelRatio / 100) * 100);
  const address = `/page/${current().key}/${image.dataset.page}.png?w=${width}&v=${serial}`;
  if (image.getAttribute("src") !== address) image.src = address;  // the old picture stays until the new one is there
}

function draw() {
  const shown = current();
  pdf.hidden = !shown;
  tally.textContent = shown ? shown.sizes.length : "";
  if (!shown) {
    const said = isBusy ? ["Typesetting …", "The pages come as soon as they are ready."] : ["No pages", "Settings ask for no printed form, or it could not be made: see Diagnostics."];
    paper.replaceChildren(element("div", { className: "empty" }, element("b", { textContent: said[0] }), said[1]));
    where.textContent = "";
    return;
  }
  pdf.href = `/form/${encodeURIComponent(shown.key)}.pdf`;
  form.set(shown.key);
  if (drawn !== shown.key) paper.replaceChildren();
  drawn = shown.key;
  paper.querySelector(".empty")?.remove();
  const pages = [...paper.children];
  shown.sizes.forEach((size, i) => {
    const image = pages[i] ?? element("img", { className: "sheet", alt: `Page ${i + 1}`, decoding: "async" });
    image.dataset.page = i;
    image.width = widthOf(size);
    image.height = Math.round(image.width * size[1] / size[0]);
    if (!image.isConnected) { paper.append(image); seen.observe(image); } else if (image.isNear) load(image);
  });
  pages.slice(shown.sizes.length).forEach(image => { seen.unobserve(image); image.remove(); });
  tell();
}

function tell() {
  const pages = [...paper.querySelectorAll(".sheet")];
  const middle = paper.scrollTop + paper.clientHeight / 2;
  const at = pages.findLastIndex(page => page.offsetTop - paper.offsetTop <= middle);
  where.textContent = pages.length ? `${Math.max(0, at) + 1} / ${pages.length}` : "";
}

export function update(state) {
  const isNew = state.printing !== serial;
  isBusy = state.busy;
  forms = state.forms;
  serial = state.printing;
  box.hidden = forms.length < 2;
  if (isNew || !drawn) {
    box.replaceChildren(...forms.map(one => element("button", { role: "radio", textContent: NAMES[one.key] ?? one.key, "data-value": one.key })));
    draw();
  }
}

let timer = 0;
paper.addEventListener("scroll", () => {
  tell();
  clearTimeout(timer);
  timer = setTimeout(() => place("paper", paper.scrollTop), 150);
}, { passive: true });

export function resize(step) {
  const top = paper.scrollTop / Math.max(1, paper.scrollHeight);
  const now = zoom || widthOf(current()?.sizes[0] ?? [595]) / ((current()?.sizes[0]?.[0] ?? 595) * 4 / 3);
  if (step === 0) zoom = 0;
  else zoom = step > 0 ? STEPS.find(one => one > now + .01) ?? 2 : STEPS.findLast(one => one < now - .01) ?? STEPS[0];
  choice("zoom", zoom);
  draw();
  paper.scrollTop = top * paper.scrollHeight;
}

byId("zoom").addEventListener("click", event => {
  const step = event.target.closest("[data-step]")?.dataset.step;
  if (step !== undefined) resize(Number(step));
});
let width = 0;
new ResizeObserver(() => {
  if (!paper.clientWidth || paper.clientWidth === width) return;
  const isFirst = !width;
  width = paper.clientWidth;
  draw();
  if (isFirst) paper.scrollTop = place("paper") ?? 0;
}).observe(paper);
