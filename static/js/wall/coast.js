// The water's edge of one mode: a curve with sea on one side, sand on the other and the thread along it. Knots are placed by
// it. Points are units of the stage; beyond its edges the curve goes on, for screens of another shape and for safe margins.

import { draw } from "../dom.js";
import { sample, taper } from "../shore.js";

// start, then one cubic per line: two handles and an end. `sea` and `sand` close the two sides; where a picture lies in
// place of the sea, there is none.
const LOW = {
  size: [1920, 300],
  start: [-320, 118],
  pieces: [
    [-220, 112, -120, 101, -40, 100],
    [36, 97, 94, 90, 170, 92],
    [297, 95, 393, 135, 520, 138],
    [657, 142, 763, 105, 900, 106],
    [1052, 107, 1168, 153, 1320, 150],
    [1443, 148, 1537, 112, 1660, 110],
    [1768, 108, 1852, 124, 1960, 132],
    [2050, 138, 2140, 140, 2240, 136],
  ],
};
const LOW_UPRIGHT = {
  size: [1080, 300],
  start: [-320, 130],
  pieces: [
    [-200, 120, -120, 108, -40, 110],
    [60, 112, 110, 150, 220, 152],
    [340, 154, 420, 100, 540, 98],
    [660, 96, 740, 140, 860, 142],
    [960, 144, 1020, 118, 1120, 110],
    [1220, 102, 1300, 100, 1400, 104],
  ],
};
const SEA_BELOW = { sea: "V1800H-320z", sand: "V-70H-320z", contours: ["translate(-40 92)"] };
const SEA_ABOVE = { sea: "V-2600H-320z", sand: "V1800H-320z", contours: ["translate(40 -120)", "translate(-30 -210)"] };

/** The coast of every mode: [lying, upright]. */
export const COASTS = {
  // people speak above the water
  people: [{ ...LOW, ...SEA_BELOW }, { ...LOW_UPRIGHT, ...SEA_BELOW }],
  // the house speaks: all sea, down to a strip of sand
  house: [{ ...LOW, ...SEA_ABOVE }, { ...LOW_UPRIGHT, ...SEA_ABOVE }],
  // a picture lies where the sea was
  picture: [
    {
      size: [1920, 1080],
      start: [580, 1400],
      pieces: [
        [600, 1330, 640, 1205, 660, 1140],
        [675, 1090, 691, 1051, 702, 1000],
        [713, 950, 709, 910, 720, 860],
        [739, 777, 782, 721, 810, 640],
        [831, 580, 851, 533, 860, 470],
        [867, 420, 855, 379, 865, 330],
        [879, 260, 926, 218, 945, 150],
        [964, 84, 961, 28, 970, -40],
        [978, -100, 984, -220, 990, -320],
      ],
      sand: "L2600 -320V1400z",
    },
    { ...LOW_UPRIGHT, sand: "V2600H-320z" },
  ],
  // the house on the left, people on the right
  asking: [
    {
      size: [1920, 1080],
      start: [1024, 1400],
      pieces: [
        [1024, 1340, 1026, 1300, 1028, 1240],
        [1030, 1140, 1040, 1080, 1042, 1000],
        [1046, 900, 1008, 850, 1006, 750],
        [1004, 640, 1058, 580, 1060, 470],
        [1062, 360, 1014, 300, 1010, 200],
        [1006, 110, 1030, 60, 1040, -40],
        [1046, -110, 1052, -200, 1052, -320],
      ],
      sea: "H-600V1400z",
      sand: "L2600 -320V1400z",
      contours: ["translate(-110 0)", "translate(-190 30)"],
    },
    {
      size: [1080, 1920],
      start: [112, 2300],
      pieces: [
        [112, 2180, 118, 2060, 116, 1920],
        [114, 1780, 104, 1640, 108, 1500],
        [112, 1360, 122, 1270, 116, 1170],
        [111, 1080, 128, 970, 220, 932],
        [330, 888, 460, 932, 600, 928],
        [760, 923, 880, 882, 1120, 896],
        [1220, 902, 1300, 908, 1400, 906],
      ],
      sea: "V-600H-600V2300z",
      sand: "V2300z",
      contours: ["translate(20 -110)"],
    },
  ],
  // the card as it is printed: the line comes from above, runs under the tag and bends down beside the reasons
  card: [
    {
      size: [1920, 1080],
      start: [150, 1400],
      pieces: [
        [150, 1300, 158, 1180, 156, 1080],
        [154, 980, 140, 900, 144, 800],
        [148, 700, 152, 640, 190, 580],
        [240, 500, 380, 520, 540, 510],
        [720, 498, 860, 520, 1000, 480],
        [1130, 442, 1150, 330, 1170, 220],
        [1190, 110, 1196, 40, 1204, -60],
        [1212, -150, 1216, -230, 1220, -320],
      ],
      sea: "H-600V1400z",
      sand: "L2600 -320V1400z",
      contours: ["translate(-40 -104)"],
    },
    {
      size: [1080, 1920],
      start: [112, 2300],
      pieces: [
        [112, 2180, 118, 2060, 116, 1920],
        [114, 1780, 104, 1640, 108, 1500],
        [112, 1360, 126, 1040, 118, 860],
        [111, 720, 128, 610, 220, 572],
        [330, 528, 460, 572, 600, 568],
        [760, 563, 880, 522, 1120, 536],
        [1220, 542, 1300, 548, 1400, 546],
      ],
      sea: "V-600H-600V2300z",
      sand: "V2300z",
      contours: ["translate(20 -110)"],
    },
  ],
};

/** The coast of that name for a stage that lies or stands, drawn. */
export function drawCoast(coast) {
  const line = `M${coast.start.join(" ")}${coast.pieces.map((piece) => `C${piece.join(" ")}`).join("")}`;
  return draw(
    "svg",
    { class: "coast", viewBox: `0 0 ${coast.size.join(" ")}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    coast.sea && [
      draw("path", { class: "sea", d: line + coast.sea }),
      draw("path", { class: "shoal", d: line }),
      coast.contours.map((transform) => draw("path", { class: "contour", d: line, transform })),
    ],
    draw("path", { class: "land", d: line + coast.sand }),
    draw("path", { class: "thread", d: taper(coast) }),
  );
}

/** Where the curve is at this part of the height (0 to 1): units from the beginning of a line. From its start on. */
export function across(coast, down) {
  return crossing(coast, 1, down * coast.size[1]);
}

/** Where the curve is at this part of the width (0 to 1): units from its own top. */
export function under(coast, along) {
  return crossing(coast, 0, along * coast.size[0]);
}

function crossing({ start, pieces }, axis, value) {
  const points = pieces.flatMap((piece, i) => sample(i ? pieces[i - 1].slice(4) : start, piece, 12));
  const after = points.findIndex((point, i) => i && (points[i - 1][axis] - value) * (point[axis] - value) <= 0);
  if (after < 1) return points[0][1 - axis];
  const [a, b] = [points[after - 1], points[after]];
  const part = b[axis] === a[axis] ? 0 : (value - a[axis]) / (b[axis] - a[axis]);
  return a[1 - axis] + part * (b[1 - axis] - a[1 - axis]);
}
