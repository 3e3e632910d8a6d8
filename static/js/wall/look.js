// How a screen looks: theme, how it hangs, what is kept free at the edges, density, and sizes by the distance of the last row.
// Sizes are pure; the rest is set as attributes and two properties that wall-look.css reads.

const PLAIN = 32; // units: the smallest words of a wall
const MOST = 64;
const TELEVISION = 0.93; // metres a picture is high where nobody said: 75 inches
const PROJECTOR = 2;
const NEAR = 6; // metres; whoever sits farther away has a projector

/** The smallest size words may have, in units: a capital (0.7 em) is read well from 200 times its height. */
export function leastSize({ metres = 0, height = 0 }, upright = false) {
  if (!(metres > 0)) return PLAIN;
  const high = height > 0 ? height : metres > NEAR ? PROJECTOR : TELEVISION;
  const unit = high / (upright ? 1920 : 1080);
  return Math.min(MOST, Math.max(PLAIN, Math.round(metres / (0.7 * 200) / unit)));
}

/** Of these sizes, those that may be; the smallest that may where none is large enough. */
export function atLeast(sizes, least) {
  const large = sizes.filter((size) => size >= least);
  return large.length ? large : [least];
}

/** Wear a screen's look on the wall's element. `upright`: as it hangs. */
export function dress(wall, state, upright) {
  const { look } = state;
  const root = document.documentElement;
  const contrast = look.theme === "contrast";
  set(root, "data-contrast", contrast ? "more" : null);
  set(root, "data-theme", contrast ? null : look.theme === "light" ? "light" : "dark");
  root.toggleAttribute("data-overlay", state.mode === "overlay");
  set(wall, "data-turn", [90, 180, 270].includes(look.turn) ? look.turn : null);
  set(wall, "data-density", look.density);
  set(wall, "data-columns", look.columns);
  wall.toggleAttribute("data-plain", look.pictures === false);
  property(wall, "--margin", Math.min(10, Math.max(0, Number(look.margin) || 0)));
  property(wall, "--least", leastSize(look, upright));
}

function set(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

function property(element, name, value) {
  if (element.style.getPropertyValue(name) !== String(value)) element.style.setProperty(name, value);
}
