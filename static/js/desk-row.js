// One post of the queue as it is drawn at the desk: what was said, why it is here, who has it in hand, what can be done.

import { keepsBack } from "./desk-filter.js";
import { fill, make } from "./dom.js";
import "./post.js";

// Why most posts are where they are; only what is out of the ordinary is worth a line at every post.
const ORDINARY = ["review", "open", "person", "undo", ""]; // and whom one trusts
const DECISIONS = [["approve", "A"], ["words", "W"], ["hold", "H"], ["later", "L"], ["hide", "X"]];

/** Whether a person gave a post this verdict already. What a rule let pass a person may still call fine. */
export function stands(post, verdict) {
  if (verdict === "words") return !post.media.length || (post.verdict === "approve" && ["hold", "hide"].includes(post.media_verdict));
  if (verdict === "approve" && keepsBack(post)) return false;
  return post.verdict === verdict && Boolean(post.by);
}

/** What a verdict is called at a post: one that is shown already is not shown, but found to be fine. */
export function called(post, verdict) {
  if (post.verdict !== "approve") return verdict;
  if (verdict === "words") return "keep_back";
  if (verdict === "approve") return keepsBack(post) ? "show_pictures" : "fine";
  return verdict;
}

/** Every rule that fired, a sentence each; without one, why the post is where it is. */
export function reasons(post, t) {
  const fired = post.fired?.length ? post.fired : [{ key: post.why, detail: "" }];
  return fired.map(({ key, detail }) => (detail && t[`fired_${key}`] ? fill(t[`fired_${key}`], { detail }) : (t[`why_${key}`] ?? key))).filter(Boolean);
}

/** What a row looks like beside its post: a change of these draws it anew. */
export function drawRow(post, { t, size, claim, chosen, sending, veiled, lit = false, pinned = false }) {
  const element = make("li", { class: "item", tabindex: -1, "data-id": post.id, "data-kind": post.question ? "question" : null });
  element.toggleAttribute("data-sending", sending);
  if (size > 1) element.dataset.alike = "";
  const drawn = document.createElement("strand-post");
  drawn.post = post;
  lift(drawn);
  if (veiled) veil(drawn, post, t);
  element.append(pick(post, chosen, t), make("span", { class: "knot" }), drawn, ...below(post, size, claim, t, { lit, pinned }), keys(post, size, t, { lit, pinned }));
  return element;
}

/** Only what is said of the row changes: an open cover stays open, a picture looked at stays. */
export function mark(element, { t, claim, chosen, sending }) {
  element.toggleAttribute("data-sending", sending);
  element.toggleAttribute("data-chosen", chosen);
  element.querySelector(".pick input").checked = chosen;
  const told = element.querySelector(".claim");
  told.textContent = claim ? fill(t.has_this, { name: claim }) : "";
  told.hidden = !claim;
}

function pick(post, chosen, t) {
  const name = post.author.name || t.anonymous;
  const box = make("input", { type: "checkbox", "aria-label": fill(t.choose_post, { name }), tabindex: -1 });
  box.checked = chosen;
  return make("label", { class: "pick" }, box);
}

function below(post, size, claim, t, { lit, pinned }) {
  const ordinary = ORDINARY.includes(post.why) || post.why.startsWith("trusted");
  const told = ordinary && !post.fired?.length ? [] : reasons(post, t).slice(0, 2);
  const signs = [
    lit && make("span", { class: "sign", "data-lit": true }, t.is_lit),
    pinned && make("span", { class: "sign", "data-lit": true }, t.is_pinned),
    post.reports > 0 && make("span", { class: "sign", "data-stop": true }, count(post.reports, t.one_report, t.many_reports)),
    post.notes > 0 && make("span", { class: "sign" }, count(post.notes, t.one_note, t.many_notes)),
  ].filter(Boolean);
  return [
    make("p", { class: "claim", hidden: !claim }, claim ? fill(t.has_this, { name: claim }) : ""),
    size > 1 && make("p", { class: "alike" }, make("b", {}, fill(t.alike, { n: size - 1 })), " ",
      make("button", { type: "button", class: "do", "data-row": "open" }, make("kbd", {}, "O"), t.open_alike)),
    ...told.map((words) => make("p", { class: "why" }, words)),
    keepsBack(post) && post.verdict === "approve" && make("p", { class: "why" }, t.pictures_wait),
    signs.length > 0 && make("p", { class: "signs" }, signs),
  ].filter(Boolean);
}

function keys(post, size, t, { lit, pinned }) {
  const offered = DECISIONS.filter(([verdict]) => !stands(post, verdict));
  return make(
    "p",
    { class: "keys" },
    offered.map(([verdict, key]) =>
      make("button", { type: "button", class: "do", "data-verdict": verdict, "data-yes": verdict === "approve" },
        make("kbd", {}, key), size > 1 && verdict !== "words" ? fill(t.of_all, { act: t[called(post, verdict)], n: size }) : t[called(post, verdict)]),
    ),
    post.verdict === "approve" && [
      make("button", { type: "button", class: "do", "data-row": "spotlight" }, make("kbd", {}, "T"), lit ? t.unlight : t.spotlight),
      make("button", { type: "button", class: "do", "data-row": "pin" }, make("kbd", {}, "P"), pinned ? t.unpin : t.pin),
    ],
    make("button", { type: "button", class: "do", "data-row": "several" }, make("kbd", {}, "B"), t.several),
  );
}

function count(n, one, many) {
  return n === 1 ? one : fill(many, { n });
}

/** Pictures float beside the words here, so they stand before them. Those under a cover stay there. */
function lift(drawn) {
  const words = drawn.querySelector("article > .words");
  const media = drawn.querySelector("article > .media");
  if (words && media) words.before(media);
}

/** Nobody at the desk has to see what nobody asked for: until they look, pictures are a blur. */
function veil(drawn, post, t) {
  const media = drawn.querySelector("article > .media");
  const signs = drawn.querySelectorAll("article > .words img.emoji");
  for (const sign of signs) sign.dataset.veiled = "";
  const button = { type: "button", "data-row": "look", "aria-label": fill(t.look_at, { name: post.author.name || t.anonymous }) };
  if (media?.querySelector("img")) {
    media.dataset.veiled = "";
    media.append(make("button", { ...button, class: "look" }, t.look));
  } else if (signs.length) drawn.querySelector("article > .words").after(make("button", { ...button, class: "do" }, make("kbd", {}, "V"), t.look));
}
