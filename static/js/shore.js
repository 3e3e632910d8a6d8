// The shore: one curve through the knots of a wall, drawn as sea, shoal and a thread that tapers. Where on it the knots stand
// is said by wall/slots.js. Points are units of the stage.

import { draw } from "./dom.js";

const STEPS = 20;

// start, then one cubic per line: two handles and an end.
const LYING = {
  stage: [1920, 1080],
  start: [-60, 1210],
  pieces: [
    [-25, 1127, 5, 1064, 36, 980],
    [71, 886, 65, 798, 122, 716],
    [235, 553, 511, 677, 640, 526],
    [679, 481, 701, 439, 728, 386],
    [749, 345, 761, 310, 780, 268],
    [797, 231, 813, 203, 826, 164],
    [837, 130, 844, 103, 850, 68],
    [857, 30, 858, -1, 862, -40],
    [866, -90, 868, -150, 872, -240],
  ],
  close: "L-240 -240V1210z",
  contours: ["translate(-86 -22)", "translate(-214 -64)"],
};
const UPRIGHT = {
  stage: [1080, 1920],
  start: [152, 3200],
  pieces: [
    [158, 2800, 162, 2200, 150, 1990],
    [138, 1871, 123, 1779, 118, 1660],
    [113, 1541, 115, 1448, 124, 1330],
    [130, 1253, 154, 1195, 148, 1118],
    [144, 1073, 126, 1039, 124, 994],
    [122, 939, 148, 897, 146, 842],
    [144, 797, 120, 764, 124, 720],
    [128, 674, 141, 637, 168, 600],
    [224, 522, 325, 525, 420, 508],
    [540, 486, 638, 523, 760, 520],
    [894, 517, 997, 498, 1130, 486],
    [1190, 479, 1240, 474, 1300, 470],
  ],
  close: "V-240H-240V3200z",
  contours: ["translate(-40 -90)"],
};

// In columns the sea lies above, and from the water's edge a side strand hangs down for each column.
const ABOVE = {
  stage: [1920, 1080],
  start: [-160, 262],
  pieces: [
    [40, 294, 260, 236, 560, 252],
    [820, 266, 1000, 304, 1260, 278],
    [1520, 252, 1760, 248, 2080, 284],
  ],
  close: "V-160H-160z",
  contours: ["translate(-120 -46)", "translate(-40 -112)"],
  foot: 1140,
};
const ABOVE_UPRIGHT = {
  stage: [1080, 1920],
  start: [-160, 470],
  pieces: [
    [60, 512, 180, 436, 400, 462],
    [620, 488, 760, 526, 1240, 482],
  ],
  close: "V-160H-160z",
  contours: ["translate(-60 -60)", "translate(-20 -150)"],
  foot: 1980,
};
const SWAY = 14;

/**
 * A shore: its own curve, and where there are columns a thread for each, at these places across. `stretch`: how much higher
 * the picture is than it was drawn for.
 */
export function shoreOf(upright, across = [], stretch = 1) {
  if (!across.length) return { ...stretched(upright ? UPRIGHT : LYING, stretch), threads: [] };
  const above = upright ? ABOVE_UPRIGHT : ABOVE;
  return { ...above, threads: across.map((x) => hanging({ ...above, foot: above.foot * stretch }, x)) };
}

function stretched(shore, k) {
  const pull = (points) => points.map((value, i) => (i % 2 ? value * k : value));
  return { ...shore, start: pull(shore.start), pieces: shore.pieces.map(pull), close: shore.close.replace(/V(\d+)z/, (_, y) => `V${y * k}z`) };
}

function hanging(above, x) {
  const { y } = at(above, x, 0);
  const [a, b] = [y + (above.foot - y) / 3, y + ((above.foot - y) * 2) / 3];
  return { start: [x, y], pieces: [[x + SWAY, a, x - SWAY, b, x, above.foot]] };
}

/** Where a curve reaches this height (or, `axis` 0, this far across): {x, y, p}; p counts its pieces. */
export function at({ start: first, pieces }, value, axis = 1) {
  for (let n = 0; n < pieces.length; n += 1) {
    const from = n ? pieces[n - 1].slice(4) : first;
    const [a, b] = [from[axis], pieces[n][4 + axis]];
    if ((value - a) * (value - b) <= 0) return within(from, pieces[n], value, axis, n);
  }
  const [x, y] = pieces.at(-1).slice(4);
  return { x, y, p: pieces.length };
}

function within(from, piece, value, axis, n) {
  const rising = piece[4 + axis] > from[axis];
  let [low, high] = [0, 1];
  for (let i = 0; i < 24; i += 1) {
    const middle = (low + high) / 2;
    if (point(from, piece, middle)[axis] < value === rising) low = middle;
    else high = middle;
  }
  const [x, y] = point(from, piece, (low + high) / 2);
  return { x, y, p: n + (low + high) / 2 };
}

/** Points along a curve from one of its places to another, in the order of travel. */
export function along({ start: first, pieces }, from, to) {
  const steps = Math.max(2, Math.round(Math.abs(to - from) * 8));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const p = from + ((to - from) * i) / steps;
    const n = Math.min(pieces.length - 1, Math.floor(p));
    return point(n ? pieces[n - 1].slice(4) : first, pieces[n], p - n);
  });
}

export function drawShore(svg, shore) {
  const line = pathOf(shore);
  const [width, height] = shore.stage;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(
    draw("clipPath", { id: "at-sea" }, draw("path", { d: line + shore.close })),
    draw(
      "g",
      { "clip-path": "url(#at-sea)" },
      draw("rect", { class: "sea", x: -240, y: -240, width: width + 480, height: 3480 }),
      draw("path", { class: "shoal", d: line }),
      shore.contours.map((transform) => draw("path", { class: "contour", d: line, transform })),
    ),
    ...shore.threads.map((thread) => draw("path", { class: "thread", d: taper(thread, 4.5) })),
    draw("path", { class: "thread", d: taper(shore) }),
  );
}

function pathOf({ start: [x, y], pieces }) {
  return `M${x} ${y}${pieces.map((piece) => `C${piece.join(" ")}`).join("")}`;
}

/** An outline around the curve: seven units to either side where it is near, one and a half where it is far. */
export function taper(shore, near = 7) {
  const points = shore.pieces.flatMap((piece, i) => sample(start(shore, i), piece, STEPS).slice(i ? 1 : 0));
  const left = [];
  const right = [];
  points.forEach(([x, y], i) => {
    const [ax, ay] = points[Math.max(0, i - 1)];
    const [bx, by] = points[Math.min(points.length - 1, i + 1)];
    const length = Math.hypot(bx - ax, by - ay) || 1;
    const half = near - ((near - 1.5) * i) / (points.length - 1);
    const [nx, ny] = [((by - ay) / length) * half, (-(bx - ax) / length) * half];
    left.push(`${(x + nx).toFixed(1)} ${(y + ny).toFixed(1)}`);
    right.unshift(`${(x - nx).toFixed(1)} ${(y - ny).toFixed(1)}`);
  });
  return `M${left.concat(right).join("L")}z`;
}

function start(shore, piece) {
  return piece ? shore.pieces[piece - 1].slice(4) : shore.start;
}

export function sample(from, piece, steps) {
  return Array.from({ length: steps + 1 }, (_, i) => point(from, piece, i / steps));
}

function point([x0, y0], [x1, y1, x2, y2, x3, y3], t) {
  const u = 1 - t;
  return [
    u * u * u * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x3,
    u * u * u * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * y3,
  ];
}
