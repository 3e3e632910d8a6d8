// One voice drawn for the whole picture: with the sea under its words, or with its picture where the sea was. The element
// knows how to fit itself once it is in the page: element.fit(). What its pictures are is in element.pictures.

import { draw, make } from "../dom.js";
import { endWhole, fit } from "../fit.js";
import { asTold, forWall } from "../told.js";
import { across, COASTS, drawCoast } from "./coast.js";
import { grow, squeeze } from "./grow.js";
import { isOn } from "./hours.js";
import { leastSize } from "./look.js";
import { pictures } from "./scene.js";

const LARGE = [112, 104, 96, 88, 80, 72];
const SMALLER = [66, 60]; // only where the words are whole then
const LARGE_BESIDE = [96, 88, 80, 72];
const NOTES = ["late", "edited", "bridged"];

export function drawVoice(post, wall, broken) {
  const seen = pictures(post, wall, broken);
  const form = seen.length ? "picture" : "words";
  const coast = COASTS[seen.length ? "picture" : "people"][wall.upright ? 1 : 0];
  const drawn = document.createElement("strand-post");
  drawn.post = forWall(seen.length || !wall.screen.look.pictures ? { ...post, media: [] } : withoutPictures(post, broken), wall.screen.look);
  const { extras } = asTold(drawn.firstElementChild, { newest: true, broken, t: wall.t });
  const stack = make("div", { class: "stack" }, talk(post, wall), drawn);
  const element = make(
    "div",
    { class: "voice", "data-form": form, "data-kind": post.question ? "question" : null, "data-new": true },
    seen.length > 0 && make("div", { class: "scene" }),
    drawCoast(coast),
    seen.length > 0 && make("p", { class: "seen", hidden: true }),
    make("span", { class: "knot" }),
    make("div", { class: "one" }, stack),
    below(post, wall),
  );
  element.pictures = seen;
  element.fit = () => fitted(element, stack, { extras, coast, wall, beside: form === "picture" });
  return element;
}

/** What cannot be seen is told in words: a sound, a file, a picture that is not here yet. */
function withoutPictures(post, broken) {
  return { ...post, media: post.media.filter(({ src }) => !broken.has(src)) };
}

function talk({ session }, { sessions, moment }) {
  if (!session) return null;
  const row = sessions.find(({ id }) => id === session.id);
  return make("p", { class: "of-talk", "data-now": isOn(row, moment()) }, make("bdi", {}, session.title));
}

/** In the sea, or under the words: where and when it was said, what is special about it, and the tag. */
function below(post, { t, event, sessions }) {
  const room = sessions.find(({ id }) => id === post.session?.id)?.room;
  const { handle } = post.author;
  const said = [make("time", { datetime: post.at }, post.time), handle && make("bdi", { dir: "ltr" }, handle), !handle && post.networks.includes("form") && t.written_here, room && make("bdi", {}, room)];
  const notes = NOTES.filter((note) => post[note]).map((note) => t[note]);
  return make(
    "footer",
    { class: "below" },
    make("p", { class: "said" }, post.networks.map((network) => mark(network, t)), [...said, ...notes].filter(Boolean).flatMap((part, i) => (i ? [" · ", part] : [part]))),
    post.first && make("p", { class: "firstly" }, t.first),
    post.author.voice && make("p", { class: "itself" }, t.voice),
    event.rehearsal && make("p", { class: "made-up" }, t.made_up),
    event.tags[0] && !event.rehearsal && make("p", { class: "with" }, make("bdi", { "data-shows": "tag" }, `#${event.tags[0]}`)),
  );
}

function mark(network, t) {
  return draw("svg", { class: "mark", role: "img", "aria-label": t[network] }, draw("use", { href: `#m-${network}` }));
}

/** As large as there is room for; what hangs on the words goes before the words get small; only then are they ended. */
function fitted(element, stack, { extras, coast, wall, beside }) {
  const box = stack.parentElement;
  const size = (z) => element.style.setProperty("--z", z);
  const room = box.clientHeight;
  const large = beside ? LARGE_BESIDE : LARGE;
  const tries = () => grow(stack, room, large, size);
  const more = wall.t.more_on_strand;
  if (!tries() && !extras.some((extra) => (extra.remove(), tries()))) {
    const smaller = SMALLER.filter((z) => z >= leastSize(wall.screen.look, wall.upright));
    const whole = grow(stack, room, smaller, size) || squeeze(stack, room, [...large, ...smaller], size);
    if (!whole) fit({ telling: stack, room, sizes: [large.at(-1)], size, extras: [], more });
  }
  endWhole(stack);
  tie(element, stack, coast, wall, beside);
}

/** The knot stands on the line: beside the name where a picture is, else where the line is near. */
function tie(element, stack, coast, { upright }, beside) {
  const knot = element.querySelector(".knot");
  const name = stack.querySelector(".name");
  if (!beside || upright || !name) return;
  const y = offset(name, element) + name.offsetHeight / 2;
  const down = y / element.clientHeight;
  knot.style.setProperty("inset-block-start", `${100 * down}%`);
  knot.style.setProperty("inset-inline-start", `calc(${across(coast, down)} * var(--u))`);
}

function offset(part, root) {
  let top = 0;
  for (let at = part; at && at !== root; at = at.offsetParent) top += at.offsetTop;
  return top;
}
