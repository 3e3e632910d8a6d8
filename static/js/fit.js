// Measuring and fitting a slot's words: as large as there is room for, and where even the smallest is too much, ended at a
// whole word with a sentence about where the rest is.

import { make } from "./dom.js";

const SIGN = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u; // an emoji, however joined, is as good as a word
const CLAMPED = ".seeing .alt, .linkcard b, .linkcard .about, .quote .words, .session bdi:not(.more)";

/** `telling` is what must fit, `room` its height in pixels; size(n) sets the size of the words in units of the stage. */
export function fit({ telling, room, sizes, size, extras, more }) {
  const tooHigh = () => telling.offsetHeight > room + 1;
  const tries = () => sizes.some((step) => {
    size(step);
    return !tooHigh();
  });
  // The words come before what hangs on them.
  const fits = tries() || extras.some((extra) => (extra.remove(), tries()));
  const words = fits ? null : telling.querySelector(".words, .veil, .alt");
  if (words) cut(words, tooHigh, more);
  endWhole(telling.parentElement ?? telling);
}

/** What hangs on a post and has only so many lines ends at a whole word: a browser's own ellipsis stands anywhere. */
export function endWhole(root) {
  for (const clamped of root.querySelectorAll(CLAMPED)) {
    // Letters may reach a little over a narrow line; a line too many is more.
    const line = parseFloat(getComputedStyle(clamped).fontSize) / 2;
    const tooHigh = () => clamped.scrollHeight > clamped.clientHeight + line;
    if (tooHigh()) cut(clamped, tooHigh, "…");
  }
}

function cut(words, tooHigh, more) {
  const whole = words.cloneNode(true);
  const ends = wordEnds(words);
  const show = (n) => {
    words.replaceChildren(...whole.cloneNode(true).childNodes);
    endAfter(words, ends, n);
    (words.querySelector("p:last-of-type") ?? words).append(" ", make("bdi", { class: "more" }, more));
  };
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    show(middle);
    if (tooHigh()) high = middle - 1;
    else low = middle;
  }
  show(low);
}

/** Every place where a word ends: [text node's number, offset]. Scripts without spaces are cut by the browser's own rules. */
function wordEnds(root) {
  const segments = "Segmenter" in Intl ? new Intl.Segmenter(root.lang || undefined, { granularity: "word" }) : null;
  return texts(root).flatMap((node, n) => {
    const ends = [];
    const words = segments
      ? [...segments.segment(node.data)].map(({ index, segment, isWordLike }) => (isWordLike || SIGN.test(segment)) && index + segment.length)
      : [...node.data.matchAll(/\S+/g)].map((found) => found.index + found[0].length);
    for (const end of words) if (end) ends.push([n, end]);
    return ends;
  });
}

function endAfter(root, ends, n) {
  const nodes = texts(root);
  const [last, offset] = n > 0 ? ends[n - 1] : [0, 0];
  if (!nodes.length) return;
  nodes[last].data = nodes[last].data.slice(0, offset);
  const after = document.createRange();
  after.setStartAfter(nodes[last]);
  after.setEndAfter(root.lastChild);
  after.deleteContents();
}

function texts(root) {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walk.nextNode()) nodes.push(walk.currentNode);
  return nodes;
}
