// Pictures of a post and their descriptions. `src` is always a picture of ours; a film comes with its still.

import { make, draw, fill } from "./dom.js";

const COLUMN = "(min-width: 40rem) 36rem, 100vw"; // how wide a post is on a page, so that a phone fetches a small file
const FILMS = ["video", "gifv"];
const NAMED = ["video", "audio", "unknown"];

export function drawMedia(post, t) {
  const { media } = post;
  const n = media.length;
  const tall = n === 1 && (media[0].height ?? 0) > (media[0].width ?? 0);
  return [
    make(
      "div",
      { class: "media", "data-n": n < 5 ? n : "many", "data-tall": tall ? true : null },
      media.map((item) => figure(item, t)),
      n > 4 && make("a", { class: "rest", href: post.url, "aria-label": fill(t.more_pictures, { n: n - 4 }) }, `+ ${n - 4}`),
    ),
    described(post, t),
  ];
}

function figure(item, t) {
  return make(
    "figure",
    { "data-kind": item.kind, "data-focus": item.focus || null },
    item.src ? picture(item, t) : make("p", { class: "missing" }, NAMED.includes(item.kind) ? t[item.kind] : t.no_picture),
  );
}

function picture({ kind, src, srcset, alt, width, height, colour }, t) {
  const sized = width && height;
  return [
    colour &&
      draw(
        "svg",
        { class: "wait", "aria-hidden": "true", viewBox: "0 0 1 1", preserveAspectRatio: "none" },
        draw("rect", { width: 1, height: 1, fill: colour }),
      ),
    make("img", {
      loading: "lazy", // before the address: else it is fetched at once, be it under a cover or far below
      src, srcset: srcset || null, sizes: srcset ? COLUMN : null, alt: alt || t.no_alt, width: sized ? width : null, height: sized ? height : null, decoding: "async",
    }),
    FILMS.includes(kind) && make("span", { class: "film" }, t.video),
  ];
}

/** What the authors wrote about their pictures, for everybody to read. Not read twice where the picture itself says it. */
function described({ media, lang }, t) {
  const told = media.filter((item) => item.alt);
  if (!told.length) return null;
  const twice = told.every((item) => item.src);
  return make(
    "p",
    { class: "alt", "aria-hidden": twice ? "true" : null },
    make("b", {}, media.length === 1 ? t.in_picture : t.in_pictures),
    told.flatMap((item, i) => [i ? " · " : " ", make("bdi", { lang: lang || null }, item.alt)]),
  );
}
