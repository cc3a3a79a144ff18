// A menu below a button, and a toast.

import { byId, element, icon } from "./dom.js";

const menu = byId("menu"),
  toast = byId("toast");
let opener = null,
  timer = 0;

export function close() {
  menu.hidden = true;
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
  opener = null;
}

// Items: { text, icon?, checked?, kbd?, act } or null for a line.
export function open(button, items) {
  if (opener === button) return close();
  opener = button;
  menu.replaceChildren(
    ...items.map(one =>
      one
        ? element(
            "button",
            {
              role: one.checked === undefined ? "menuitem" : "menuitemcheckbox",
              "aria-checked": one.checked === undefined ? null : String(one.checked),
              tabIndex: -1,
              onclick: () => {
                close();
                one.act();
              },
            },
            element("span", { className: "menu-icon" }, one.checked ? icon("check") : one.icon ? icon(one.icon) : ""),
            element("span", { textContent: one.text }),
            one.kbd ? element("kbd", { textContent: one.kbd }) : "",
          )
        : element("hr"),
    ),
  );
  menu.hidden = false;
  const box = button.getBoundingClientRect();
  menu.style.top = `${Math.min(box.bottom + 6, innerHeight - menu.offsetHeight - 8)}px`;
  menu.style.insetInlineStart = `${Math.max(8, Math.min(box.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
  button.setAttribute("aria-expanded", "true");
  menu.querySelector("button")?.focus();
}

menu.addEventListener("keydown", event => {
  const buttons = [...menu.querySelectorAll("button")],
    at = buttons.indexOf(document.activeElement);
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) buttons[(at + by + buttons.length) % buttons.length].focus();
  if (event.key === "Escape" || event.key === "Tab") close();
  if (by || event.key === "Escape") event.preventDefault();
  event.stopPropagation();
});
addEventListener("mousedown", event => {
  if (opener && !event.target.closest("#menu") && !opener.contains(event.target)) close();
});
addEventListener("blur", () => {
  if (opener && document.activeElement?.localName === "iframe") close();
});

// Say something for a while; `act` is what its button does.
export function say(text, label = "", act = null) {
  toast.replaceChildren(
    element("span", { textContent: text }),
    label
      ? element("button", {
          textContent: label,
          onclick: () => {
            toast.hidden = true;
            act();
          },
        })
      : "",
  );
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    toast.hidden = true;
  }, 6000);
}
