// Which key does what at the desk. Pure. Single letters can be turned off (WCAG 2.1.4): then they work with Alt.

const ACTS = {
  a: "approve", h: "hold", x: "hide", l: "later", w: "words", z: "undo", j: "next", k: "previous", s: "choose", o: "open", n: "note",
  v: "look", b: "several", f: "freeze", i: "about", c: "change", t: "spotlight", p: "pin",
  1: "waiting", 2: "hold-queue", 3: "approve-queue", 4: "hide-queue", 5: "later-queue", 6: "reported-queue",
};
const SIGNS = { "?": "help", "/": "search" };
const ALWAYS = { Escape: "leave" };

/** The act a key press asks for, or null. `single`: letters by themselves. */
export function act(press, { single = true } = {}) {
  if (press.ctrlKey || press.metaKey || press.isComposing || press.repeat && !"jk".includes(press.key)) return null;
  if (ALWAYS[press.key]) return ALWAYS[press.key];
  if (!single && !press.altKey) return null;
  if (SIGNS[press.key]) return SIGNS[press.key];
  const key = press.altKey ? letter(press) : press.key.toLowerCase();
  if (press.shiftKey && (key === "j" || key === "k")) return key === "j" ? "stretch-next" : "stretch-previous";
  return ACTS[key] ?? null;
}

/** With Alt some keyboards write other signs: then it is the place of the key that counts. */
function letter({ key, code = "" }) {
  const plain = key.toLowerCase();
  return ACTS[plain] ? plain : code.replace(/^(Key|Digit)/, "").toLowerCase();
}
