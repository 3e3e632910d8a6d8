// "Since I left": a quiet line on the strand where this browser had read to, and the way there.

import { draw, fill, make } from "./dom.js";
import { Bookmark } from "./bookmark.js";

const LOOK_EVERY = 1_000;

/** `ties`: the list · `address`: of the socket, so of the event · `isOpen`: the page reaches to the newest. */
export function since({ ties, address, t, isOpen, floor }) {
  const event = address.split("/")[1];
  const mark = new Bookmark(event, globalThis.localStorage);
  const way = document.getElementById("since");

  function show() {
    ties.unmark();
    const [first, last] = [ties.oldest(), ties.newest()].map((item) => item?.dataset.order ?? "");
    way.hidden = mark.left === null || (isOpen && last <= mark.left);
    if (way.hidden) return;
    const isHere = last > mark.left && (first <= mark.left || floor === "");
    if (isHere) ties.keeping(() => ties.mark(`${mark.left}~`, line(mark, t)));
    way.href = isHere ? "#since-mark" : `/${event}?${new URLSearchParams({ after: mark.left })}`;
  }

  function look() {
    if (document.hidden) return;
    const seen = ties.lastSeen();
    if (seen) mark.saw(seen);
  }

  show();
  let later = null;
  const soon = () => (later ??= setTimeout(() => ((later = null), look()), LOOK_EVERY));
  addEventListener("scroll", soon, { passive: true });
  document.addEventListener("visibilitychange", () => !document.hidden && (mark.back() && show(), soon()));
  addEventListener("pagehide", look);
  setInterval(look, 30_000); // who stays and reads is here
  soon();
}

function line(mark, t) {
  const form = { weekday: "long", hour: "2-digit", minute: "2-digit" };
  const lang = document.documentElement.lang;
  const when = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, form).format(new Date(mark.leftAt));
  return make(
    "li",
    { class: "tidemark", id: "since-mark", tabindex: -1 },
    draw("svg", { class: "run", "aria-hidden": "true" }, draw("use", { href: "#run" })),
    make("span", { class: "knot" }),
    make("p", {}, fill(t.you_left, { when }), " ", make("span", {}, t.new_since)),
    draw("svg", { class: "wave", "aria-hidden": "true" }, draw("use", { href: "#wave" })),
  );
}
