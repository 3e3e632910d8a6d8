// One post from the wire's post object: drawPost(post, t) and the element <strand-post>.
// The same tree is drawn by templates/post.html; a test compares the two.

import { make, draw, fill, read, web, here } from "./dom.js";
import { drawMedia } from "./media.js";
import { drawWords } from "./words.js";

const NOTES = ["late", "edited", "bridged"];

export function drawPost(post, t) {
  return make(
    "article",
    {
      class: "post", id: `p${post.id}`, "data-id": post.id, dir: post.dir, "aria-labelledby": `by${post.id}`,
      "data-kind": post.question ? "question" : null,
    },
    byline(post, t),
    post.reply_to && answers(post, t),
    post.cover ? cover(make("b", { lang: post.lang || null }, post.cover), said(post, t), t) : said(post, t),
    acts(post, t),
    post.session && session(post.session, t),
  );
}

/** What a reader can do with it. Where nobody can touch, or others decide, the page leaves it out (.acts). */
function acts({ id, url, author }, t) {
  const name = author.name || t.anonymous;
  const say = `${url.split("/posts/")[0]}/say?to=${id}`;
  return make(
    "p",
    { class: "acts" },
    make("a", { class: "answer", href: say, rel: "nofollow", "aria-label": fill(t.answer_to, { name }) }, t.answer),
    " ",
    make("a", { href: `${url}/act`, rel: "nofollow", "aria-label": fill(t.more_of, { name }) }, t.more),
  );
}

function byline(post, t) {
  const { author } = post;
  const name = author.name || t.anonymous;
  return make(
    "p",
    { class: "by" },
    web(author.url)
      ? make("a", { class: "name", id: `by${post.id}`, href: author.url, rel: "noopener nofollow ugc" }, make("bdi", {}, name))
      : make("bdi", { class: "name", id: `by${post.id}` }, name),
    author.voice && noted("voice", t),
    post.first && noted("first", t),
    from(post, t),
    NOTES.filter((note) => post[note]).map((note) => noted(note, t)),
    make("a", { class: "when", href: post.url, "aria-label": `${post.day}, ${post.time}` }, make("time", { datetime: post.at }, post.time)),
  );
}

function noted(note, t) {
  return make("span", { class: "note", "data-note": note }, t[note]);
}

/** The networks and the handle; where there is an original, the way to it. */
function from(post, t) {
  const seen = [post.networks.map((network) => mark(network, t)), handle(post, t)];
  if (!web(post.original)) return make("span", { class: "from" }, seen);
  return make("a", { class: "from", href: post.original, title: t.original, rel: "noopener external" }, seen);
}

function mark(network, t) {
  return draw("svg", { class: "mark", role: "img", "aria-label": t[network] }, draw("use", { href: `#m-${network}` }));
}

function handle(post, t) {
  if (post.author.handle) return make("bdi", { class: "handle", dir: "ltr" }, post.author.handle);
  return post.networks.includes("form") ? make("span", { class: "handle" }, t.written_here) : null;
}

function answers(post, t) {
  const [before, ...after] = t.answers.split("{name}");
  const place = `${post.url.slice(0, post.url.lastIndexOf("/"))}/${post.reply_to.id}`;
  const name = make("bdi", {}, post.reply_to.name || t.anonymous);
  return make("p", { class: "answers" }, before || null, make("a", { href: place }, name), after.join("{name}") || null);
}

/** The talk it is about. Where only card, room and time say so, a hint says that it is a guess. */
function session({ title, url, closed, how }, t) {
  const guess = how === "card" || how === "time" ? t.session_guess : null;
  const link = make("a", { href: url, title: guess }, make("bdi", {}, title));
  return make("p", { class: "session" }, link, closed && make("span", { class: "closed" }, t.session_closed));
}

function cover(warning, under, t, over = null) {
  return make(
    "details",
    { class: "cover", "data-over": over },
    make("summary", {}, warning, make("span", { class: "quiet", dir: "auto" }, t.open_cover)),
    make("div", { class: "under" }, under),
  );
}

/** Pictures that are marked lie under a cover of their own, with what is said of them, unless the whole post has one. */
function seen(post, t) {
  const drawn = drawMedia(post, t);
  if (!post.sensitive || post.cover) return drawn;
  return cover(make("b", { dir: "auto" }, post.media.length === 1 ? t.sensitive_one : t.sensitive_many), drawn, t, "media");
}

function said(post, t) {
  return [
    post.words.length > 0 && make("div", { class: "words", lang: post.lang || null }, drawWords(post.words)),
    post.poll && poll(post, t),
    post.media.length > 0 && seen(post, t),
    post.quote && quote(post.quote, t),
    post.card && web(post.card.url) && card(post.card),
  ];
}

function poll({ poll: { choices, multiple }, lang }, t) {
  return make(
    "div",
    { class: "poll", "data-multiple": multiple ? true : null },
    make("ul", { lang: lang || null }, choices.map((choice) => make("li", {}, choice))),
    make("p", {}, multiple ? t.poll_many : t.poll_one),
  );
}

function quote(quoted, t) {
  if (quoted.state === "gone") return make("blockquote", { class: "quote" }, make("p", { class: "gone" }, t.quote_gone));
  const name = quoted.name || t.anonymous;
  return make(
    "blockquote",
    { class: "quote" },
    make(
      "p",
      { class: "by" },
      web(quoted.url) || here(quoted.url)
        ? make("a", { class: "name", href: quoted.url, rel: "noopener" }, make("bdi", {}, name))
        : make("bdi", { class: "name" }, name),
    ),
    make("div", { class: "words", dir: "auto" }, drawWords(quoted.words)),
  );
}

function card({ url, title, description, host }) {
  return make(
    "a",
    { class: "linkcard", href: url, rel: "noopener nofollow ugc" },
    make("b", {}, title || host),
    description && make("span", { class: "about" }, description),
    make("span", { class: "host" }, host),
  );
}

/** <strand-post>: give it a post, it holds the article. The words come from the page. */
class StrandPost extends HTMLElement {
  #post = null;

  get post() {
    return this.#post;
  }

  set post(post) {
    this.#post = post;
    this.replaceChildren(drawPost(post, StrandPost.#words()));
  }

  static #cached = null;

  static #words() {
    return (StrandPost.#cached ??= read("strings") ?? {});
  }
}

customElements.define("strand-post", StrandPost);
