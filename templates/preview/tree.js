// The tree of the notes: folders, files, headings, questions. Files come at once, their rows when they are unfolded.

import { byId, element } from "./dom.js";
import { place } from "./prefs.js";
import { get } from "./server.js";
import { VirtualTree } from "./virtual_tree.js";
import { kindName, n, stateName, t } from "./words.js";

let files = [],
  contents = new Map(),
  card = null,
  onCard = () => {},
  onReading = () => {};
const open = new Set(place("open") ?? []),
  closed = new Set(place("closed") ?? []);
const tree = new VirtualTree(byId("tree"), { draw, pick, fold });

export const listen = (showCard, showReading) => {
  onCard = showCard;
  onReading = showReading;
};

function draw(row) {
  const label = element(
    "span",
    { className: "label" },
    row.number ? element("span", { className: "nr", textContent: row.number }) : "",
    row.text,
  );
  const badges = element("span", { className: "badges" });
  if (row.worst) badges.append(element("span", { className: `dot ${row.worst}`, title: t(row.worst) }));
  if (row.unsure)
    badges.append(element("button", { className: "unsure", tabIndex: -1, textContent: "?", title: t("unsure_file") }));
  if (row.state)
    badges.append(
      element("span", {
        className: `state ${row.state}`,
        title: t("next_edition", stateName(row.state)),
        textContent: stateName(row.state)[0].toUpperCase(),
      }),
    );
  if (row.changed)
    badges.append(
      element("span", {
        className: "state changed",
        title: t("changed_cards", n(row.changed)),
        textContent: n(row.changed),
      }),
    );
  if (row.kind && row.kind !== "basic")
    badges.append(element("span", { className: "kind", textContent: kindName(row.kind) }));
  if (row.count !== undefined) badges.append(element("span", { className: "count", textContent: n(row.count) }));
  return [label, badges];
}

function pick(row) {
  if (row.id) onCard(row.id);
  else if (row.path && row.count === 0) onReading(row.path);
  else if (row.open !== undefined) fold(row, !row.open);
}

async function fold(row, isOpen) {
  const set = row.path && !row.id && row.style === "file" ? open : closed,
    wants = set === open ? isOpen : !isOpen;
  if (wants) set.add(row.key);
  else set.delete(row.key);
  if (set === open && isOpen) await load(row.path);
  place("open", [...open]);
  place("closed", [...closed]);
  drawRows();
}

async function load(path) {
  const rows = await get("/file", { path });
  if (rows) contents.set(path, rows);
}

// Folders above all files say nothing.
function shared(paths) {
  const parts = paths.map(path => path.split("/").slice(0, -1));
  let length = 0;
  while (parts.length && parts.every(one => one.length > length && one[length] === parts[0][length])) length += 1;
  return length;
}

const order = { error: 2, warning: 1 };
const worse = (a, b) => ((order[b] ?? 0) > (order[a] ?? 0) ? b : a);

function drawRows() {
  const rows = [],
    cut = shared(files.map(file => file.path)),
    folders = new Map();
  for (const file of files) {
    const parts = file.path.split("/").slice(cut, -1);
    for (let i = 1; i <= parts.length; i += 1) {
      const key = `d:${parts.slice(0, i).join("/")}`,
        sum = folders.get(key) ?? { count: 0, worst: "", changed: 0 };
      folders.set(key, {
        count: sum.count + file.count,
        worst: worse(sum.worst, file.worst),
        changed: sum.changed + file.changed,
      });
    }
  }
  const seen = new Set();
  for (const file of files) {
    const parts = file.path.split("/").slice(cut, -1);
    let isHidden = false;
    parts.forEach((name, i) => {
      const key = `d:${parts.slice(0, i + 1).join("/")}`,
        isOpen = !closed.has(key);
      if (!seen.has(key) && !isHidden)
        rows.push({
          key,
          text: name,
          depth: i,
          style: "folder",
          open: isOpen,
          foldsOnly: true,
          ...folders.get(key),
          ...(isOpen ? { worst: "", changed: 0 } : {}),
        });
      seen.add(key);
      isHidden ||= !isOpen;
    });
    if (!isHidden) pushFile(rows, file, parts.length);
  }
  tree.set(rows);
  tree.select(card ? `c:${card}` : "", false);
}

function pushFile(rows, file, depth) {
  const key = `f:${file.path}`,
    isOpen = open.has(key) && contents.has(file.path);
  const shown = { ...file, ...(isOpen ? { changed: 0 } : {}) };
  rows.push({
    key,
    ...shown,
    text: file.title,
    title: file.path,
    depth,
    style: "file",
    open: file.count ? isOpen : undefined,
    foldsOnly: file.count > 0,
  });
  if (!isOpen) return;
  const inside = contents.get(file.path);
  let hidden = Infinity;
  inside.forEach((row, i) => {
    if (row.depth > hidden) return;
    hidden = Infinity;
    const own = row.id ? `c:${row.id}` : `s:${file.path}:${row.line}`,
      isFold = inside[i + 1]?.depth > row.depth,
      isFolded = closed.has(own);
    if (isFold && isFolded) hidden = row.depth;
    rows.push({
      ...row,
      key: own,
      depth: depth + 1 + row.depth,
      lang: file.lang,
      style: row.id ? "card" : "section",
      open: isFold ? !isFolded : undefined,
      foldsOnly: !row.id && isFold,
      size: inside.length,
      place: i + 1,
    });
  });
}

// The files as they are now; rows of those that are open are asked for again. `edited` cards flash.
export async function update(state) {
  files = state.files;
  if (files.length === 1) open.add(`f:${files[0].path}`);
  drawRows();
  await Promise.all(files.filter(file => open.has(`f:${file.path}`)).map(file => load(file.path)));
  drawRows();
}

export const flash = edited => tree.flash(edited.map(id => `c:${id}`));

// Unfold what a card stands in, and mark it.
export async function reveal({ id, path }) {
  card = id;
  const key = `f:${path}`,
    parts = path.split("/").slice(shared(files.map(file => file.path)), -1);
  parts.forEach((_, i) => closed.delete(`d:${parts.slice(0, i + 1).join("/")}`));
  if (!open.has(key) || !contents.get(path)?.some(row => row.id === id)) {
    open.add(key);
    await load(path);
  }
  const inside = contents.get(path) ?? [];
  for (let at = inside.findIndex(row => row.id === id); at > 0;) {
    at = inside.findLastIndex((row, i) => i < at && row.depth < inside[at].depth);
    if (at >= 0) closed.delete(inside[at].id ? `c:${inside[at].id}` : `s:${path}:${inside[at].line}`);
  }
  place("open", [...open]);
  if (card !== id) return;
  drawRows();
  tree.select(`c:${id}`);
}

byId("tree").addEventListener(
  "click",
  event => {
    const button = event.target.closest(".unsure");
    if (!button) return;
    event.stopPropagation();
    onReading(button.closest("[role=treeitem]").dataset.key.slice(2));
  },
  { capture: true },
);
