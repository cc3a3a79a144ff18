// The page in which a card stands: it has no origin, gets cards from the window around it, and shows them as Anki's
// reviewer does. Scripts of templates bring the nonce of this page; any other script is left dead.

const NONCE = document.currentScript.nonce;
const qa = document.getElementById("qa"), style = document.getElementById("style"), root = document.documentElement;
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

async function typeset() {
  if (!/\\[([]/.test(qa.textContent)) return;
  await MathJax.startup.promise;
  MathJax.startup.document.clear();
  MathJax.texReset();
  try {
    MathJax.typeset([qa]);  // at once, so that no half-made state is painted
  } catch {
    await MathJax.typesetPromise([qa]);
  }
}

async function show({ side, html, css, classes, page, keep }) {
  const place = keep ? [scrollX, scrollY] : [0, 0];
  const open = keep ? [...qa.querySelectorAll("details")].map(details => details.open) : [];
  root.className = page;
  root.dataset.side = side;
  root.dataset.bsTheme = page.includes("night-mode") ? "dark" : "light";
  document.body.className = classes;
  style.textContent = css;
  qa.innerHTML = html;
  runScripts();
  await typeset().catch(error => tell({ type: "fault", text: String(error) }));
  qa.querySelectorAll("details").forEach((details, i) => { if (open[i]) details.open = true; });
  const answer = document.getElementById("answer");
  if (answer && !keep) answer.scrollIntoView(); else scrollTo(...place);
  tell({ type: "shown" });
}

addEventListener("message", event => { if (event.source === parent && event.data.type === "show") show(event.data); });

addEventListener("keydown", event => {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || /^(input|textarea|select)$/i.test(event.target.localName)) return;
  const inside = event.target.closest("a, summary, button") && /^( |Enter)$/.test(key);
  if (inside) return;
  if (/^( |j|k|ArrowUp|ArrowDown)$/.test(key)) event.preventDefault();
  tell({ type: "key", key });
});

// A sound is played, a film shown where its button stands; Anki does both in a player of its own.
function play(link) {
  const source = encodeURI(link.dataset.sound);
  if (!/\.(mp4|webm|mkv|mov|ogv|m4v|avi)$/i.test(source)) { new Audio(source).play(); return; }
  const film = Object.assign(document.createElement("video"), { src: source, controls: true, autoplay: true });
  film.style.maxWidth = "100%";
  link.replaceWith(film);
}

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
