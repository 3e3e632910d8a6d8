// A drawn post made ready for a wall: words on one side, pictures on the other; nothing to follow; a cover stays a cover.

import { fill, make } from "./dom.js";

/** Changes the article in place. Says what must fit, and what may be left out where it does not, least missed first. */
export function asTold(article, { newest, broken, t }) {
  // Nobody touches a projector: a link there can only be a way out by accident.
  article.querySelector(":scope > .acts")?.remove();
  for (const link of article.querySelectorAll("a[href]")) link.removeAttribute("href");
  const telling = make("div", { class: "telling" });
  telling.append(...article.childNodes);
  article.append(telling);

  // One face and one leading for name and words, or lines of mixed scripts grow apart.
  const { lang } = telling.querySelector(".words") ?? {};
  if (lang) telling.lang = lang;

  const cover = telling.querySelector("details.cover");
  if (cover) {
    // What lies under a cover is not even in a wall's page.
    const warning = make("b", {}, fill(t.covered, { warning: cover.querySelector("summary b").textContent }));
    cover.replaceWith(make("p", { class: "veil" }, warning, " ", make("span", { class: "quiet" }, t.open_on_strand)));
  }
  look(article, telling, { newest, broken });
  article.removeAttribute("id");
  return { telling, extras: [".linkcard", ".answers", ".quote", ".poll"].flatMap((part) => [...telling.querySelectorAll(part)]) };
}

function look(article, telling, { newest, broken }) {
  const media = telling.querySelector(".media");
  const alt = telling.querySelector(".alt");
  if (!media) return;
  for (const figure of media.querySelectorAll("figure")) {
    const image = figure.querySelector("img");
    if (!image || broken.has(image.getAttribute("src"))) figure.remove();
    else {
      image.loading = "eager";
      if (image.sizes) image.sizes = newest ? "50vw" : "10vw"; // of the wall, whatever its size
    }
  }
  const left = media.querySelectorAll("figure").length;
  if (left < 5) media.querySelector(".rest")?.remove();
  media.dataset.n = left > 4 ? "many" : left;
  media.remove();
  // Where there are no words, what the picture says stands in for them; else it stands below the newest picture.
  if (telling.querySelector(".words")) alt?.remove();
  if (left) article.append(make("div", { class: "seeing" }, media, newest && !telling.contains(alt) && alt));
}
