// A drawn post made ready for a wall: words on one side, pictures on the other; nothing to follow; a cover stays a cover.

import { fill, make } from "./dom.js";
import { withoutEmoji } from "./words.js";

/** The post without the pictures that lie under a cover: a wall does not even fetch them. `look`: the screen's. */
export function forWall(post, { pictures = true } = {}) {
  const covered = post.cover || post.sensitive;
  const words = covered || !pictures ? withoutEmoji(post.words) : post.words;
  return { ...post, words, media: covered ? post.media.map((item) => ({ ...item, src: null, srcset: "", alt: null })) : post.media };
}

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

  // What lies under a cover is not even in a wall's page.
  const cover = telling.querySelector("details.cover");
  const brief = !newest && telling.querySelector(".words") !== null;
  cover?.replaceWith(brief ? " " : "", veil(cover, { brief, t }));
  for (const sign of telling.querySelectorAll("img.emoji")) {
    if (broken.has(sign.getAttribute("src"))) sign.replaceWith(sign.alt);
    else sign.loading = "eager";
  }
  look(article, telling, { newest, broken });
  article.removeAttribute("id");
  const extras = [".linkcard", ".session", ".answers", ".quote", ".poll", ".veil[data-brief]"];
  return { telling, extras: extras.flatMap((part) => [...telling.querySelectorAll(part)]) };
}

/** What stands in for a cover. Beside the words of an older voice, pictures that are marked take no more than a few words. */
function veil(cover, { brief, t }) {
  const said = cover.querySelector("summary b").textContent;
  const quiet = () => make("span", { class: "quiet" }, t.open_on_strand);
  if (!cover.dataset.over) return make("p", { class: "veil" }, make("b", {}, fill(t.covered, { warning: said })), " ", quiet());
  const house = make("bdi", { lang: document.documentElement.lang || null }, make("b", {}, said), !brief && [" ", quiet()]);
  return make("p", { class: "veil", "data-over": "media", "data-brief": brief }, house);
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
