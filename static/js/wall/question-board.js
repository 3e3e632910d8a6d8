// The picture of the mode questions: the house on the sea side says to whom and how to ask; on the sand what was answered, what
// is being answered, large, and what comes. Draws and fits; knows nothing of the server.

import { fill, make } from "../dom.js";
import { fit } from "../fit.js";
import { asTold, forWall } from "../told.js";
import { across, COASTS, drawCoast } from "./coast.js";
import { leastSize } from "./look.js";

const NOW = [88, 80, 72, 66, 60, 54, 50]; // of the words, in units
const ALONE = [62, 56, 50, 46, 42]; // where nothing is being answered
const NEXT = 42;
const DONE = 34;
const LINE = 1.3;
const FAR = 44; // where the smallest words are larger than that, less is said

// The line stands between the house and the people. Upright it comes in under the sea, as on the printed card.
const LYING = {
  size: [1920, 1080],
  start: [604, 1400],
  pieces: [
    [612, 1310, 612, 1220, 600, 1130],
    [586, 1066, 558, 1017, 562, 952],
    [565, 900, 599, 864, 600, 812],
    [601, 762, 574, 726, 572, 676],
    [569, 601, 612, 546, 612, 470],
    [612, 394, 576, 338, 574, 262],
    [573, 208, 588, 166, 588, 112],
    [588, 57, 578, 15, 572, -40],
    [566, -110, 578, -220, 580, -320],
  ],
  sea: "H-600V1400z",
  sand: "L2600 -320V1400z",
  contours: ["translate(-92 0)"],
};

/** rows: {answered, now, open: [{post, heard}]}; told: what questions.json said. Gives {element, ids of what is legible}. */
export function drawBoard(place, rows, told, wall) {
  const coast = wall.upright ? COASTS.card[1] : LYING;
  const far = leastSize(wall.screen.look, wall.upright) > FAR;
  const items = [
    rows.answered.length > 0 && !far && answered(rows.answered, wall.t),
    rows.now && question(rows.now, wall, { row: "now", label: wall.t.being_answered }),
    ...rows.open.map(({ post, heard }) => question(post, wall, { row: "next", heard })),
  ].filter(Boolean);
  const list = make("ol", { class: "board" }, items);
  const none = items.length === 0 && make("p", { class: "loud" }, wall.event.state === "archived" ? "" : wall.t.ask_first);
  const element = make("div", { class: "inquiry", "data-far-off": far }, drawCoast(coast), head(told, wall), way(told, wall), list, none);
  place.replaceChildren(element);
  fitted(list, wall);
  tie(list, coast, place);
  const ids = [...list.querySelectorAll("[data-id]")].map((row) => Number(row.dataset.id));
  return { element, ids };
}

/* --- the house --- */

function head({ session, speakers }, { t, event }) {
  const who = speakers.join(", ");
  const named = who || session?.title || t.questions;
  const title = who && session.title;
  const place = session && (session.room ? fill(t.place_until, { place: session.room, time: session.until }) : fill(t.until, { time: session.until }));
  return make(
    "header",
    { class: "put-to" },
    session && make("p", { class: "label" }, who ? t.questions_to : t.questions_about),
    make("h1", { class: "who", "data-length": named.length > 34 ? "longer" : named.length > 18 ? "long" : null }, make("bdi", {}, named)),
    title && make("p", { class: "about" }, make("bdi", {}, title)),
    make("p", { class: "where" }, place ?? make("span", { "data-shows": "title" }, event.title), make("time", { class: "clock", "data-shows": "clock" })),
    event.rehearsal && make("p", { class: "made-up" }, t.made_up),
  );
}

function way({ session }, { t, base, event }) {
  if (event.state === "archived") return null;
  return make(
    "footer",
    { class: "ask-way" },
    make("img", { class: "qr", src: `${base}/questions/qr.svg${session ? `?session=${session.id}` : ""}`, alt: t.qr_questions }),
    make("p", {}, make("b", {}, t.ask_yours), " ", make("span", {}, t.ask_where)),
  );
}

/* --- the people --- */

function answered(posts, t) {
  const said = posts.map((post) => make("bdi", { class: "words", lang: post.lang || null, "data-id": post.id }, post.cover ? fill(t.covered, { warning: post.cover }) : plain(post.words)));
  const parts = said.flatMap((words, i) => (i ? [make("span", { class: "dot" }, " · "), words] : [words]));
  return make("li", { class: "q", "data-row": "answered" }, make("span", { class: "knot" }), make("div", { class: "telling" }, make("b", { class: "done" }, t.answered), " ", parts));
}

function question(post, wall, { row, label, heard = true }) {
  const drawn = document.createElement("strand-post");
  drawn.post = forWall({ ...post, media: [], quote: null, card: null, poll: null, session: null, reply_to: null }, wall.screen.look);
  asTold(drawn.firstElementChild, { newest: row === "now", broken: new Set(), t: wall.t });
  if (!heard) drawn.querySelector(".by").append(make("span", { class: "early" }, wall.t.not_heard));
  return make(
    "li",
    { class: "q", "data-row": row, "data-id": post.id, "data-kind": "question", "data-new": row === "now" },
    make("span", { class: "knot" }),
    label && make("p", { class: "label" }, label),
    drawn,
  );
}

const plain = (words) => words.map(({ t, text, parts }) => (t === "break" ? " " : parts ? plain(parts) : text ?? "")).join("");

/* --- sizes --- */

/** What comes takes a few lines each, what was answered one or two; what is being answered has all the rest. */
function fitted(list, wall) {
  const least = leastSize(wall.screen.look, wall.upright);
  const gap = 40 * wall.unit;
  const few = (item, z, lines) => sized(item, [Math.max(z, least)], lines * LINE * Math.max(z, least) * wall.unit + 2, wall);
  for (const item of list.querySelectorAll('[data-row="answered"]')) few(item, DONE, 2);
  const now = list.querySelector('[data-row="now"]');
  const next = [...list.querySelectorAll('[data-row="next"]')];
  if (now) for (const item of next) few(item, NEXT, wall.upright ? 3 : 2);
  const taken = () => [...list.children].reduce((sum, item) => sum + (item.matches(now ? '[data-row="now"]' : '[data-row="next"]') ? 0 : item.offsetHeight) + gap, 0);
  if (!now) return alone(next, list.clientHeight - taken(), larger(ALONE, least), wall);
  const room = () => list.clientHeight - taken() - now.querySelector(".label").offsetHeight;
  const sizes = larger(NOW, least);
  now.style.setProperty("--z", sizes.at(-1));
  // Rather one question less than half of the one that is being answered.
  while (list.lastElementChild !== now && now.querySelector(".telling").offsetHeight > room()) list.lastElementChild.remove();
  sized(now, sizes, room(), wall);
}

/** Nothing is being answered: all are of one size, the largest in which they are whole, if there is one. */
function alone(next, room, sizes, wall) {
  const each = room / Math.max(1, next.length);
  const size = (z) => next.forEach((item) => item.style.setProperty("--z", z));
  const high = () => next.reduce((sum, item) => sum + item.offsetHeight, 0);
  const whole = sizes.find((z) => (size(z), high() <= room));
  for (const item of next) sized(item, [whole ?? sizes.at(-1)], whole ? room : each, wall);
}

const larger = (sizes, least) => (sizes.some((z) => z >= least) ? sizes.filter((z) => z >= least) : [least]);

function sized(item, sizes, room, wall) {
  const telling = item.querySelector(".telling");
  const extras = [...item.querySelectorAll(".telling > .words ~ .words, .telling > .dot")].reverse();
  fit({ telling, room, sizes, size: (z) => item.style.setProperty("--z", z), extras, more: item.dataset.row === "now" ? wall.t.more_on_strand : "…" });
}

/** Every knot stands on the line, beside the first line of its words. */
function tie(list, coast, place) {
  const root = place.getBoundingClientRect();
  const right = document.documentElement.dir === "rtl";
  for (const item of list.children) {
    const knot = item.querySelector(".knot");
    const told = (item.querySelector(".name, .done") ?? item).getBoundingClientRect();
    const box = item.getBoundingClientRect();
    const y = told.top + Math.min(told.height, 1.3 * parseFloat(getComputedStyle(item).fontSize)) / 2;
    const x = (across(coast, (y - root.top) / root.height) / coast.size[0]) * root.width;
    knot.style.setProperty("inset-block-start", `${y - box.top}px`);
    knot.style.setProperty("inset-inline-start", `${x - (right ? root.right - box.right : box.left - root.left)}px`);
  }
}
