// The page in which a card stands: it has no origin, gets cards from the window around it, and shows them as Anki's
// reviewer does. Scripts of templates bring the nonce of this page; any other script is left dead.

const NONCE = document.currentScript.nonce;
const qa = document.getElementById("qa"),
  style = document.getElementById("style"),
  root = document.documentElement;
const tell = message => parent.postMessage(message, "*");

function runScripts() {
  for (const old of qa.querySelectorAll("script")) {
    if (old.nonce !== NONCE) continue;
    const script = document.createElement("script");
    for (const { name, value } of old.attributes) if (name !== "nonce") script.setAttribute(name, value);
    script.nonce = NONCE;
    script.textContent = old.textContent;
    old.replaceWith(script);
  }
}

// MathJax comes with the first formula.
let mathjax = null;
const load = () =>
  (mathjax ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    Object.assign(script, {
      nonce: NONCE,
      src: "mathjax/tex-chtml-full.js",
      onload: done,
      onerror: () => fail(new Error("MathJax is not there")),
    });
    document.head.append(script);
  }));

async function typeset() {
  if (!/\\[([]/.test(qa.textContent)) return;
  await load();
  await MathJax.startup.promise;
  MathJax.startup.document.clear();
  MathJax.texReset();
  try {
    MathJax.typeset([qa]); // at once, so that no half-made state is painted
  } catch {
    await MathJax.typesetPromise([qa]);
  }
}

// What was picked on the front goes to the back by way of the window around, since the two sides are two pages. Templates
// keep it where there is no storage, as here.
let picks = null;
Object.defineProperty(window, "makeDeckPicks", {
  get: () => picks,
  set: value => {
    picks = value;
    if (root.dataset.side === "front") tell({ type: "picks", value: JSON.parse(JSON.stringify(value)) });
  },
});

async function show({ side, html, css, classes, page, keep, picks: given }) {
  const place = keep ? [scrollX, scrollY] : [0, 0];
  const open = keep ? [...qa.querySelectorAll("details")].map(details => details.open) : [];
  root.className = page;
  root.dataset.side = side;
  root.dataset.bsTheme = page.includes("night-mode") ? "dark" : "light";
  document.body.className = classes;
  style.textContent = css;
  picks = given;
  qa.innerHTML = html;
  runScripts();
  await typeset().catch(error => tell({ type: "fault", text: String(error) }));
  qa.querySelectorAll("details").forEach((details, i) => {
    if (open[i]) details.open = true;
  });
  const answer = document.getElementById("answer");
  // scrolled here and not by scrollIntoView, which would move the window around as well
  if (answer && !keep)
    scrollTo(
      0,
      scrollY + answer.getBoundingClientRect().top - (parseFloat(getComputedStyle(answer).scrollMarginTop) || 0),
    );
  else scrollTo(...place);
  tell({ type: "shown" });
}

addEventListener("message", event => {
  if (event.source === parent && event.data.type === "show") show(event.data);
});

addEventListener("keydown", event => {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey) return;
  if (event.target.id === "typeans" && key === "Enter") return tell({ type: "turn" });
  if (/^(input|textarea|select)$/i.test(event.target.localName)) return;
  if (/^[1-9]$/.test(key) && root.dataset.side === "front" && qa.querySelector(".options [role]")) return; // picks an option
  const inside = event.target.closest("a, summary, button") && /^( |Enter)$/.test(key);
  if (inside) return;
  if (event.target.closest("[role=radio], [role=checkbox], [role=button]") && /^( |Enter)$/.test(key)) return;
  if (/^( |j|k|ArrowLeft|ArrowRight|F6|F8)$/.test(key)) event.preventDefault();
  if (/^(ArrowUp|ArrowDown|PageUp|PageDown|Home|End|Tab|Shift|Enter)$/.test(key)) return; // scrolls, or moves the focus
  tell({ type: "key", key: event.shiftKey && key === "F8" ? "Shift-F8" : key });
});

// A sound is played, a film shown where its button stands; Anki does both in a player of its own.
function play(link) {
  const source = encodeURI(link.dataset.sound);
  if (!/\.(mp4|webm|mkv|mov|ogv|m4v|avi)$/i.test(source)) {
    new Audio(source).play();
    return;
  }
  const film = Object.assign(document.createElement("video"), { src: source, controls: true, autoplay: true });
  film.style.maxWidth = "100%";
  link.replaceWith(film);
}

// A tap on the card's ground turns it, a swipe goes on; what can be pressed, marked or scrolled keeps its own.
const OWN =
  "a, button, summary, details.aside, input, textarea, select, label, video, audio, dialog, [onclick], .tappable, [tabindex], [role=button], [contenteditable]";
let touch = null;
const scrolls = target => {
  for (let box = target; box && box !== document.documentElement; box = box.parentElement)
    if (box.scrollWidth > box.clientWidth + 2 && getComputedStyle(box).overflowX !== "visible") return true;
  return false;
};
addEventListener(
  "touchstart",
  event => {
    const [one, other] = event.touches;
    touch = other || scrolls(event.target) ? null : { x: one.clientX, y: one.clientY };
  },
  { passive: true },
);
addEventListener(
  "touchend",
  event => {
    const one = event.changedTouches[0];
    if (!touch) return;
    const x = one.clientX - touch.x,
      y = one.clientY - touch.y;
    touch = null;
    if (Math.abs(x) > 60 && Math.abs(x) > 2 * Math.abs(y)) tell({ type: "swipe", by: x < 0 ? 1 : -1 });
  },
  { passive: true },
);
addEventListener("click", event => {
  if (event.button || event.detail > 1 || event.target.closest(OWN) || String(getSelection())) return;
  tell({ type: "turn" });
});
addEventListener("input", event => {
  if (event.target.id === "typeans") tell({ type: "typed", text: event.target.value });
});

addEventListener("click", event => {
  const link = event.target.closest("a");
  if (!link) return;
  if (link.dataset.sound) {
    event.preventDefault();
    play(link);
    return;
  }
  const href = link.getAttribute("href") || "";
  if (/^(https?|mailto):/i.test(href)) {
    event.preventDefault();
    tell({ type: "open", href });
  } else if (link.classList.contains("hint")) {
    event.preventDefault();
    link.style.display = "none";
    link.nextElementSibling.style.display = "block";
  } else if (!href.startsWith("#") || href === "#") {
    event.preventDefault();
  }
});

tell({ type: "ready" });
