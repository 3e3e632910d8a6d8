// Making an event: address and hashtag are proposed while the title is typed, the time zone is this browser's. The form
// does all of it by itself when it is sent; here it can be seen before.

const form = document.getElementById("setup");
const APART = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "oe", å: "aa", ł: "l", đ: "d", "&": " and " };
const LONGEST = 40;

function address(title) {
  const apart = title.toLowerCase().replace(/[äöüßæøåłđ&]/g, (letter) => APART[letter]).normalize("NFKD");
  const words = apart.replace(/[\p{M}'’]/gu, "").match(/[a-z0-9]+/g) ?? [];
  return words.reduce((slug, word) => (slug.length + word.length < LONGEST ? `${slug}${slug && "-"}${word}` : slug), "");
}

function tag(title) {
  const words = title.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const joined = words.map((word) => word[0].toUpperCase() + word.slice(1)).join("");
  return joined && !/^\d/.test(joined) ? `#${[...joined].slice(0, 30).join("")}` : "";
}

const title = form.elements.namedItem("title");
// Each follows the title for as long as nobody wrote anything of their own there.
for (const [name, propose] of [["slug", address], ["tags", tag]]) {
  const field = form.elements.namedItem(name);
  let own = field.value !== "";
  field.addEventListener("input", () => (own = field.value !== ""));
  title.addEventListener("input", () => {
    if (!own) field.value = propose(title.value);
  });
}

const zone = form.elements.namedItem("time_zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const guesses = document.querySelector("script[data-guess]") !== null;
if (guesses && [...zone.options].some((one) => one.value === here)) zone.value = here;

// An end before the beginning is most often an end that nobody has set yet.
const [begins, ends] = ["starts_at", "ends_at"].map((name) => form.elements.namedItem(name));
begins.addEventListener("change", () => {
  if (begins.value && (!ends.value || ends.value < begins.value)) ends.value = begins.value;
});
