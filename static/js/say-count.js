// How many letters are left, beside a field for words.

import { fill } from "./dom.js";

/** Counted as the server counts: by code points, with one for a line's end. */
export function count(words, room, limit, t) {
  const tell = () => {
    const left = limit - [...words.value].length;
    room.textContent = fill(left < 0 ? t.too_long : t.room_left, { n: Math.abs(left) });
    room.toggleAttribute("data-over", left < 0);
  };
  words.addEventListener("input", tell);
  tell();
  return tell;
}
