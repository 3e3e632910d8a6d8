// Whether the words on a wall can be read at all. An event's colours that hide them are left out, and the house's own stand.

const LEAST = 2; // to one: less is as good as nothing from the back row
const MANY = 40;
const WORDS = "#stage :is(h1, h2, h3, p, b, time, bdi, figcaption), #holding :is(h2, p, b)";

/** Says whether all was well; where not, the event's colours are gone. */
export function legible(page) {
  const sheet = page.getElementById("theme")?.sheet; // not the link: that would unload it, and come back a moment later
  if (!sheet || sheet.disabled) return true;
  const seen = [...page.querySelectorAll(WORDS)].filter((words) => words.checkVisibility?.() && words.textContent.trim());
  const lost = () => seen.slice(0, MANY).filter((words) => !isLegible(words)).length;
  const before = lost();
  if (!before) return true;
  sheet.disabled = true;
  // As many without them: then it is not their fault, words on a picture say, and they stay.
  if (lost() >= before) sheet.disabled = false;
  return !sheet.disabled;
}

function isLegible(words) {
  const { color, opacity } = getComputedStyle(words);
  if (Number(opacity) < 0.2 && !words.getAnimations({ subtree: false }).length) return false;
  const ground = groundOf(words);
  return contrast(over(rgba(color), ground), ground) >= LEAST;
}

/** The nearest ground that is painted; a drawing is none, so behind those it is the page's. */
function groundOf(element) {
  for (let one = element; one; one = one.parentElement) {
    const ground = rgba(getComputedStyle(one).backgroundColor);
    if (ground[3] > 0.9) return ground;
  }
  return [0, 0, 0, 1];
}

export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function over([r, g, b, a], ground) {
  return [r, g, b].map((part, i) => part * a + ground[i] * (1 - a));
}

/** Any colour a browser can paint, as it paints it. */
const pen = globalThis.OffscreenCanvas ? new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }) : null;
const painted = new Map();

function rgba(colour) {
  if (!painted.has(colour) && pen) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    if (painted.size > 200) painted.clear();
    painted.set(colour, [r, g, b, a / 255]);
  }
  return painted.get(colour) ?? [0, 0, 0, 0];
}
