// Where screens stand so that all of them are seen, as large as there is room, never larger than they are.

import { SCREENS } from "./side.js";
import { t } from "./words.js";

const LEAST = 0.28; // below that one scrolls
const GAP = 22;
const LABEL = 26;
const SHEET = { gap: 16, label: 24, least: 150, folds: 560 }; // px

function roomOn(desk) {
  const style = getComputedStyle(desk);
  return {
    width: desk.clientWidth - parseFloat(style.paddingLeft) * 2,
    height: desk.clientHeight - parseFloat(style.paddingTop) * 2,
  };
}

// How many of `count` screens stand in a row, and how small they are drawn.
function arrange(room, screen, count, bezel) {
  let best = { columns: 1, scale: LEAST };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const wide = (room.width - GAP * (columns - 1)) / columns / (screen.width + 2 * bezel);
    const high = ((room.height - GAP * (rows - 1)) / rows - LABEL) / (screen.height + 2 * bezel);
    const scale = Math.min(1, wide, high);
    if (scale > best.scale) best = { columns, scale };
  }
  return best;
}

// Sides on screens of one size, with an edge of `bezel` px around each.
export function fitScreens(desk, sides, screen, bezel) {
  const { columns, scale } = arrange(roomOn(desk), screen, sides.length, bezel);
  desk.style.setProperty("--columns", columns);
  for (const part of sides) {
    part.fit(screen, scale, bezel);
    part.box.style.gridColumn = "";
    const name = sides.length > 1 ? `${t(part.name)}  ·  ` : "";
    part.label.textContent = `${name}${screen.width} × ${screen.height}  ·  ${Math.round(scale * 100)} %`;
  }
}

// One side on all the room there is.
export function fitWindow(desk, part) {
  desk.style.setProperty("--columns", 1);
  part.fit({ width: desk.clientWidth, height: desk.clientHeight }, 1, 0);
  part.box.style.gridColumn = "";
}

// Both sides, by day and night, on a desktop and a phone: one look judges a card. Where the window is narrow itself, a
// desktop takes its width, two phones share it, and one scrolls down.
export function fitSheet(desk, sides) {
  const { desktop, phone } = SCREENS,
    { gap, label, least, folds } = SHEET,
    room = roomOn(desk),
    isNarrow = room.width <= folds;
  const widths = 2 * (desktop.width / desktop.height) + 2 * (phone.width / phone.height);
  const height = Math.max(least, Math.min((room.height - gap) / 2 - label, (room.width - 3 * gap) / widths));
  desk.style.setProperty("--columns", isNarrow ? 2 : 4);
  for (const part of sides) {
    const screen = SCREENS[part.view.screen],
      isWide = isNarrow && screen === desktop;
    const narrow = isWide ? room.width : (room.width - GAP) / 2;
    part.fit(screen, Math.min(1, isNarrow ? narrow / screen.width : height / screen.height), 0);
    part.box.style.gridColumn = isWide ? "1 / -1" : "";
    part.label.textContent = `${t(part.view.screen)} · ${t(part.name)}`;
  }
}
