// A line that hangs: through knots, slack in between. Above the first lies the sea. For modes that hang something on it.

import { draw } from "../dom.js";

const SAG = 30;

/** rows: for each line its points [[x, y], …] in units, from one side to the other. */
export function hang(svg, rows, [width, height]) {
  const paths = rows.map(through);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(
    draw("path", { class: "sea", d: `${paths[0]}V-2600H${rows[0][0][0]}z` }),
    draw("path", { class: "shore-line", d: paths[0] }),
    ...paths.map((path) => draw("path", { class: "hung", d: path })),
  );
}

/** Slack between two knots by how far they are from each other. */
function through([[x, y], ...rest]) {
  let [px, py] = [x, y];
  const pieces = rest.map(([nx, ny]) => {
    const sag = Math.min(SAG, (nx - px) / 12);
    const third = (nx - px) / 3;
    const piece = `C${px + third} ${py + sag} ${nx - third} ${ny + sag} ${nx} ${ny}`;
    [px, py] = [nx, ny];
    return piece;
  });
  return `M${x} ${y}${pieces.join("")}`;
}
