// Where screens of one size stand so that all of them are seen, as large as there is room, never larger than they are.

const LEAST = 0.28;  // below that one scrolls

// `count` screens in a box; `gap` between them, `label` above each. Returns how many in a row, and the scale.
export function arrange(box, screen, count, { gap, label, bezel }) {
  let best = { columns: 1, scale: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const wide = (box.width - gap * (columns - 1)) / columns / (screen.width + 2 * bezel);
    const high = (box.height - gap * (rows - 1)) / rows - label;
    const scale = Math.min(1, wide, high / (screen.height + 2 * bezel));
    if (scale > best.scale) best = { columns, scale };
  }
  return { ...best, scale: Math.max(LEAST, best.scale) };
}
