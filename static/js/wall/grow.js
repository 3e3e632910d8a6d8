// Words as large as there is room for, without a word being broken where a smaller size keeps it whole.

const WORDS = ".words, .name, .loud, .veil, .alt, .title";

/** The largest of `sizes` at which `stack` is no higher than `room` pixels and no word is wider than its line; false: none. */
export function grow(stack, room, sizes, size) {
  const lines = [stack, ...stack.querySelectorAll(WORDS)].filter((one) => one.matches(WORDS));
  const lies = (line) => line.scrollWidth <= line.clientWidth + 1; // a name is as wide as it is: then the stack is too narrow
  const fits = () => stack.offsetHeight <= room + 1 && [stack, ...lines].every(lies);
  return withWhole(stack, () => sizes.some((step) => (size(step), fits())));
}

/** The same, where a long word may be broken anywhere. */
export function squeeze(stack, room, sizes, size) {
  return sizes.some((step) => (size(step), stack.offsetHeight <= room + 1));
}

function withWhole(stack, tried) {
  stack.dataset.whole = "";
  const found = tried();
  if (!found) delete stack.dataset.whole;
  return found;
}

/** From the largest to the smallest, each about a twelfth smaller: steps(200, 32). */
export function steps(largest, smallest) {
  const sizes = [];
  for (let size = largest; size > smallest; size = Math.min(size - 2, Math.round(size * 0.92))) sizes.push(size);
  return [...sizes, smallest];
}
