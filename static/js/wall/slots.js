// Where the strand's slots stand and how large their words are: by density, by the distance of the last row, in one to three
// columns. Pure; units of the stage. Slot 0 is the newest; a wall that needs larger words drops its oldest slots.

import { at, shoreOf } from "../shore.js";

const LEADING = 1.3;
const GAP = 6;
const BELOW = 24; // between the last older voice and the newest
const NEWEST = [84, 76, 70, 64, 60, 56, 52, 50];

// gaps: between the knots, from the newest up; sizes: of the words; together as drawn for six, and for seven
const LINE = { newest: 716, top: 68, end: 64, gaps: [190, 140, 118, 104, 96], sizes: [44, 38, 35, 33, 32], leading: LEADING, gap: GAP };
const LINE_FULL = { newest: 760, top: 48, end: 64, gaps: [224, 124, 105, 92, 84, 83], sizes: [44, 37, 34, 32, 32, 32], leading: 1.22, gap: 4 };
const UPRIGHT = { newest: 1330, top: 600, end: 64, gaps: [212, 124, 152, 122, 120], sizes: [38, 36, 34, 33, 32], leading: LEADING, gap: GAP };
const UPRIGHT_FULL = { newest: 1420, top: 600, end: 64, gaps: [205, 120, 147, 118, 116, 114], sizes: [38, 36, 34, 33, 32, 32], leading: LEADING, gap: GAP };
const CALM = 4;
const STRETCH = 1.5;

const COLUMNS = {
  2: { across: [96, 1010], width: 850, end: 1920, top: 372, foot: 1064, rows: { calm: 3, normal: 4, full: 5 }, size: 38 },
  3: { across: [84, 704, 1324], width: 548, end: 1920, top: 372, foot: 1064, rows: { calm: 3, normal: 4, full: 5 }, size: 33 },
};
const COLUMNS_UPRIGHT = {
  2: { across: [56, 566], width: 466, end: 1080, top: 606, foot: 1892, rows: { calm: 5, normal: 6, full: 8 }, size: 33 },
};
const NEWEST_IN_COLUMN = [60, 54, 50, 46, 42, 40, 38, 36, 34, 32];
const LARGEST_IN_COLUMNS = 48; // who needs larger words has one column

/**
 * {shore, columns, slots: [{far, x, y, text, end, room, sizes, line, p}]}, the newest first. `height`: of the picture, which is
 * more than it was drawn for on an old projector · `foot`: what is kept free below.
 */
export function slotsOf({ upright = false, columns = 1, density = "normal", least = 32, height = 0, foot = 0 }) {
  const asked = Math.min(columns, upright ? 2 : 3, least > LARGEST_IN_COLUMNS ? 1 : 3);
  const stretch = Math.min(STRETCH, Math.max(1, height / (upright ? 1920 : 1080)));
  if (asked < 2) return inLine({ upright, density, least, foot, stretch });
  return inColumns((upright ? COLUMNS_UPRIGHT : COLUMNS)[asked], { upright, columns: asked, density, least, foot, stretch });
}

function inLine({ density, ...how }) {
  const { upright } = how;
  const usual = upright ? UPRIGHT : LINE;
  if (density === "full") {
    const full = upright ? UPRIGHT_FULL : LINE_FULL;
    const slots = along(full, full.gaps.length + 1, how);
    if (slots) return { shore: slots[0].line, columns: 1, slots };
  }
  for (let count = density === "calm" ? CALM : usual.gaps.length + 1; ; count -= 1) {
    const slots = along(usual, count, how);
    if (slots) return { shore: slots[0].line, columns: 1, slots };
  }
}

/** So many slots along the line, or null where words of the least size had no room for two lines. Two slots there always are. */
function along({ newest, top, end, gaps, sizes, leading, gap: apart }, count, { upright, least, foot, stretch }) {
  const shore = shoreOf(upright, [], stretch);
  const lowest = newest * stretch;
  const k = (lowest - top) / sum(gaps.slice(0, count - 1));
  const larger = stretch > 1.1 ? [Math.round(NEWEST[0] * stretch)] : [];
  const largest = atLeast([...larger, ...NEWEST, ...(upright ? [46] : [])], least);
  const slots = [place(shore, { far: 0, y: lowest, room: shore.stage[1] * stretch - foot - (lowest - 6), sizes: largest, end })];
  for (let i = 0; i < count - 1; i += 1) {
    const gap = gaps[i] * k;
    const room = gap - (i ? apart : BELOW);
    const size = Math.max(least, Math.round(sizes[i] * k ** 0.8));
    if (count > 2 && room < 2 * leading * size) return null;
    slots.push(place(shore, { far: i + 1, y: slots[i].y - gap, room, sizes: [size], end }));
  }
  return slots;
}

function place(shore, slot) {
  const { x, p } = at(shore, slot.y);
  return { ...slot, x, p, line: shore, text: null };
}

function inColumns(shape, { upright, columns, density, least, foot, stretch }) {
  const shore = shoreOf(upright, shape.across, stretch);
  const size = Math.max(least, shape.size);
  const high = shape.foot * stretch - foot - shape.top;
  const most = shape.rows[density] ?? shape.rows.normal;
  const rows = Math.max(2, Math.min(most, Math.floor(high / (3 * LEADING * size + GAP))));
  const gap = high / rows;
  const grown = Math.min(Math.round((size * most) / rows), Math.round(size * 1.2));
  const slots = [];
  for (let column = columns - 1; column >= 0; column -= 1) {
    const last = column === columns - 1;
    for (let row = last ? rows - 2 : rows - 1; row >= 0; row -= 1) {
      const newest = last && row === rows - 2;
      const line = shore.threads[column];
      const y = shape.top + row * gap;
      const { x, p } = at(line, y);
      slots.push({
        far: slots.length, x, y, p, line, text: shape.across[column] + 46, end: shape.end - shape.across[column] - 46 - shape.width + 46,
        room: newest ? 2 * gap - GAP : gap - 2 * GAP, sizes: newest ? atLeast(NEWEST_IN_COLUMN, size) : sizesFrom(density === "calm" ? grown : size, least),
      });
    }
  }
  return { shore, columns, slots };
}

/** From this size down to the least: a short post need not be as small as a long one has to be. */
function sizesFrom(size, least) {
  return size - 3 > least ? [size, size - 3] : [size];
}

function atLeast(sizes, least) {
  const fit = sizes.filter((size) => size >= least);
  return fit.length ? fit : [least];
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}
