// A tree of which only the rows in sight are in the page, so that it may have any length. One stop for the Tab key;
// the keys are those of the ARIA practices for trees.

import { element, icon } from "./dom.js";

const SPARE = 12; // rows drawn beyond the edges
const PATIENCE = 700; // ms in which letters are one word

export class VirtualTree {
  // `draw(row)` gives what stands in a row, `pick(row)` opens one, `fold(row, open)` folds.
  constructor(box, { draw, pick, fold }) {
    Object.assign(this, {
      box,
      draw,
      pick,
      fold,
      rows: [],
      places: new Map(),
      active: "",
      selected: "",
      flashed: new Set(),
      typed: "",
      typedAt: 0,
    });
    this.inner = element("div", { className: "rows", role: "presentation" });
    box.append(this.inner);
    box.addEventListener("scroll", () => requestAnimationFrame(() => this.render()), { passive: true });
    box.addEventListener("mousedown", event => {
      if (event.target.closest("[role=treeitem]")) event.preventDefault();
    });
    box.addEventListener("click", event => this.click(event));
    box.addEventListener("keydown", event => this.press(event));
    new ResizeObserver(() => {
      this.measure();
      this.render();
    }).observe(box);
    this.measure();
  }

  measure() {
    this.height = parseFloat(getComputedStyle(this.box).getPropertyValue("--row")) || 30;
  }

  // Rows in order: { key, depth, text, open?, size?, place? }; `open` only where a row folds.
  set(rows) {
    this.rows = rows;
    this.places = new Map(rows.map((row, i) => [row.key, i]));
    if (!this.places.has(this.active))
      this.active = this.places.has(this.selected) ? this.selected : (rows[0]?.key ?? "");
    this.render();
  }

  select(key, scroll = true) {
    if (key !== this.selected) this.active = key; // where somebody is with the keys stays, when the same is said again
    this.selected = key;
    if (scroll) this.show(key);
    this.render();
  }

  show(key) {
    const at = this.places.get(key);
    if (at === undefined || !this.box.clientHeight) return;
    const top = at * this.height,
      margin = this.height * 2;
    if (top < this.box.scrollTop + margin) this.box.scrollTop = top - margin;
    else if (top + this.height > this.box.scrollTop + this.box.clientHeight - margin)
      this.box.scrollTop = top + this.height + margin - this.box.clientHeight;
  }

  flash(keys) {
    this.flashed = new Set(keys);
    this.render();
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      this.flashed.clear();
      this.render();
    }, 2600);
  }

  render() {
    const { box, rows, height } = this;
    this.inner.style.height = `${rows.length * height}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / height) - SPARE);
    const last = Math.min(rows.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + SPARE);
    this.inner.replaceChildren(...rows.slice(first, last).map((row, i) => this.item(row, first + i)));
    const at = this.places.get(this.active);
    if (at >= first && at < last) box.setAttribute("aria-activedescendant", `${box.id}-${at}`);
    else box.removeAttribute("aria-activedescendant");
  }

  item(row, at) {
    const isFold = row.open !== undefined;
    const made = element("div", {
      role: "treeitem",
      id: `${this.box.id}-${at}`,
      className: `row ${row.style ?? ""}`,
      title: row.title ?? row.text,
      "aria-level": row.depth + 1,
    });
    if (row.size) {
      made.setAttribute("aria-setsize", row.size);
      made.setAttribute("aria-posinset", row.place);
    }
    if (isFold) made.setAttribute("aria-expanded", String(row.open));
    if (row.lang) made.lang = row.lang;
    made.setAttribute("aria-selected", String(row.key === this.selected));
    made.classList.toggle("is-active", row.key === this.active);
    made.classList.toggle("edited", this.flashed.has(row.key));
    made.dataset.key = row.key;
    made.style.top = `${at * this.height}px`;
    made.style.setProperty("--depth", row.depth);
    made.append(
      element("span", { className: "twist", "aria-hidden": "true" }, isFold ? icon("chevron") : ""),
      ...this.draw(row),
    );
    return made;
  }

  click(event) {
    const key = event.target.closest("[role=treeitem]")?.dataset.key,
      row = this.rows[this.places.get(key)];
    if (!row) return;
    this.active = key;
    if (row.open !== undefined && (row.foldsOnly || event.target.closest(".twist"))) this.fold(row, !row.open);
    else this.pick(row);
  }

  move(at, isFinal = true) {
    const row = this.rows[Math.max(0, Math.min(this.rows.length - 1, at))];
    if (!row) return;
    this.active = row.key;
    this.show(row.key);
    this.render();
    if (isFinal && !row.foldsOnly) this.pick(row);
  }

  press(event) {
    const { key } = event,
      at = this.places.get(this.active) ?? 0,
      row = this.rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.height) - 1);
    const moves = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: this.rows.length - 1,
      PageDown: at + page,
      PageUp: at - page,
    };
    if (key in moves) this.move(moves[key]);
    else if (key === "ArrowRight" && row.open === false) this.fold(row, true);
    else if (key === "ArrowRight" && row.open) this.move(at + 1);
    else if (key === "ArrowLeft" && row.open) this.fold(row, false);
    else if (key === "ArrowLeft") this.move(this.rows.findLastIndex((one, i) => i < at && one.depth < row.depth));
    else if (key === "Enter") {
      if (row.foldsOnly) this.fold(row, !row.open);
      else this.pick(row);
    } else if (key.length === 1 && key !== " " && key !== "/" && key !== "?") this.type(key.toLowerCase(), at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Letters go on to the next row that begins with them.
  type(letter, at) {
    const now = performance.now();
    this.typed = now - this.typedAt < PATIENCE ? this.typed + letter : letter;
    this.typedAt = now;
    const start = this.typed.length > 1 ? at : at + 1;
    for (let i = 0; i < this.rows.length; i += 1) {
      const place = (start + i) % this.rows.length;
      if (this.rows[place].text.toLowerCase().startsWith(this.typed)) return this.move(place);
    }
  }
}
