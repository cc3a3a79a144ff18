// Small pictures of the pages, drawn when they come into sight.

import { element } from "./dom.js";
import { n } from "./words.js";

const WIDTH = 112,
  DENSE = 2;

export class Thumbs {
  constructor(box, pick) {
    this.box = box;
    this.seen = new IntersectionObserver(
      entries => {
        for (const { isIntersecting, target } of entries)
          if (isIntersecting && target.src !== target.dataset.src) target.src = target.dataset.src;
      },
      { root: box, rootMargin: "400px" },
    );
    box.addEventListener("click", event => {
      const page = event.target.closest("[data-page]")?.dataset.page;
      if (page !== undefined) pick(Number(page));
    });
  }

  draw(key, sizes, serial) {
    const mark = `${key} ${serial} ${sizes.length}`;
    if (mark === this.mark || this.box.hidden) return;
    this.mark = mark;
    this.seen.disconnect();
    this.box.replaceChildren(
      ...sizes.map(([width, height], i) =>
        element(
          "button",
          { className: "thumb", tabIndex: -1, "data-page": i },
          element("img", {
            alt: "",
            width: WIDTH,
            height: Math.round((WIDTH * height) / width),
            "data-src": `/page/${key}/${i}.png?w=${WIDTH * DENSE}&v=${serial}`,
          }),
          element("span", { textContent: n(i + 1) }),
        ),
      ),
    );
    for (const image of this.box.querySelectorAll("img")) this.seen.observe(image);
  }

  markPage(page) {
    this.box.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const made = this.box.children[page];
    made?.setAttribute("aria-current", "page");
    if (!this.box.hidden) made?.scrollIntoView({ block: "nearest" });
  }
}
