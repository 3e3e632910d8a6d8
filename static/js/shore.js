// The shore: one curve through the knots of a wall, drawn as sea, shoal and a thread that tapers. The only place that
// knows where a slot's knot stands. Points are units of the stage.

import { draw } from "./dom.js";

const FAR = 6;
const STEPS = 20;

// start, then one cubic per line: two handles and an end. `first` is the piece that ends at the newest knot.
const LYING = {
  stage: [1920, 1080],
  start: [-60, 1210],
  first: 1,
  pieces: [
    [-25, 1127, 5, 1064, 36, 980],
    [71, 886, 65, 798, 122, 716],
    [235, 553, 511, 677, 640, 526],
    [679, 481, 701, 439, 728, 386],
    [749, 345, 761, 310, 780, 268],
    [797, 231, 813, 203, 826, 164],
    [837, 130, 844, 103, 850, 68],
    [857, 30, 858, -1, 862, -40],
  ],
  close: "L-60 -40V1210z",
  contours: ["translate(-86 -22)", "translate(-214 -64)"],
};
const UPRIGHT = {
  stage: [1080, 1920],
  start: [152, 3200],
  first: 2,
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
  ],
  close: "V-60H-60V3200z",
  contours: ["translate(-40 -90)"],
};

export const shoreOf = (upright) => (upright ? UPRIGHT : LYING);

/** Where the knot of a slot stands: 0 the newest … 5 the oldest. */
export function knot(shore, far) {
  return shore.pieces[shore.first + far].slice(4);
}

/** Points along the curve from one slot's knot to another's, in the order of travel. */
export function along(shore, from, to) {
  const points = [];
  const step = from < to ? 1 : -1;
  for (let far = from; far !== to; far += step) {
    const piece = Math.max(far, far + step) + shore.first;
    const walked = sample(start(shore, piece), shore.pieces[piece], 8);
    points.push(...(step > 0 ? walked : walked.reverse()).slice(points.length ? 1 : 0));
  }
  return points;
}

export function drawShore(svg, shore) {
  const line = `M${shore.start.join(" ")}${shore.pieces.map((piece) => `C${piece.join(" ")}`).join("")}`;
  const [width, height] = shore.stage;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(
    draw("clipPath", { id: "at-sea" }, draw("path", { d: line + shore.close })),
    draw(
      "g",
      { "clip-path": "url(#at-sea)" },
      draw("rect", { class: "sea", x: -60, y: -60, width: width + 120, height: 3300 }),
      draw("path", { class: "shoal", d: line }),
      shore.contours.map((transform) => draw("path", { class: "contour", d: line, transform })),
    ),
    draw("path", { class: "thread", d: taper(shore) }),
  );
}

/** An outline around the curve: seven units to either side where it is near, one and a half where it is far. */
export function taper(shore) {
  const points = shore.pieces.flatMap((piece, i) => sample(start(shore, i), piece, STEPS).slice(i ? 1 : 0));
  const left = [];
  const right = [];
  points.forEach(([x, y], i) => {
    const [ax, ay] = points[Math.max(0, i - 1)];
    const [bx, by] = points[Math.min(points.length - 1, i + 1)];
    const length = Math.hypot(bx - ax, by - ay) || 1;
    const half = 7 - (5.5 * i) / (points.length - 1);
    const [nx, ny] = [((by - ay) / length) * half, (-(bx - ax) / length) * half];
    left.push(`${(x + nx).toFixed(1)} ${(y + ny).toFixed(1)}`);
    right.unshift(`${(x - nx).toFixed(1)} ${(y - ny).toFixed(1)}`);
  });
  return `M${left.concat(right).join("L")}z`;
}

function start(shore, piece) {
  return piece ? shore.pieces[piece - 1].slice(4) : shore.start;
}

export function sample([x0, y0], [x1, y1, x2, y2, x3, y3], steps) {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = i / steps;
    const u = 1 - t;
    return [
      u * u * u * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x3,
      u * u * u * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * y3,
    ];
  });
}

export { FAR };
