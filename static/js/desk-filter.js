// Which posts the queue shows: its state, and what it is narrowed to. As the server is asked, as the address says it, and
// whether a post fits, as far as that can be told by looking at it. Pure.

import { belongs } from "./narrow.js";

export const STATES = ["waiting", "hold", "approve", "hide", "later", "reported"];
export const PARTS = ["source", "session", "language", "media", "reason", "author", "domain", "cluster", "q"];
const BACK = ["waiting", "hold"]; // pictures that do not leave the house

/** Of what was decided the newest comes first; of what is still to do, whoever has waited longest. */
export function newestFirst(state) {
  return state === "approve" || state === "hide";
}

/** What an address asks for: "?state=hold&author=12", or "#hold" in a link. Anything else is the whole waiting queue. */
export function asked({ search = "", hash = "" }) {
  const given = new URLSearchParams(search);
  const state = [hash.slice(1), given.get("state")].find((word) => STATES.includes(word)) ?? "waiting";
  return { state, narrow: Object.fromEntries(PARTS.filter((part) => given.get(part)).map((part) => [part, given.get(part)])) };
}

/** The same as an address; the whole waiting queue needs no words. */
export function address({ state, narrow }) {
  const words = new URLSearchParams(chosen(narrow));
  return state === "waiting" ? words.toString() : new URLSearchParams([["state", state], ...words]).toString();
}

/** The query of queue.json. A cluster that is opened lists all it holds; else of those alike only the first is told. */
export function query({ state, narrow }, after = null) {
  const words = new URLSearchParams([["state", state], ...chosen(narrow)]);
  if (!narrow.cluster) words.set("fold", "1");
  if (after) words.set("after", after);
  return words.toString();
}

export function chosen(narrow) {
  return PARTS.filter((part) => narrow[part]).map((part) => [part, String(narrow[part])]);
}

/** Its pictures are judged apart, and kept back. */
export function keepsBack(post) {
  return post.media.length > 0 && BACK.includes(post.media_verdict);
}

function isIn(post, state) {
  if (state === "reported") return (post.reports ?? 0) > 0;
  if (state === "waiting") return post.verdict === "waiting" || (post.verdict === "approve" && post.media_verdict === "waiting");
  return post.verdict === state;
}

/** True, false, or null: only the server can tell (words). */
export function fits(post, { state, narrow }) {
  if (!isIn(post, state)) return false;
  const told = { language: narrow.language, session: Number(narrow.session) || 0, author: Number(narrow.author) || 0 };
  if (belongs(post, { narrow: told }) === false) return false;
  if (narrow.source && !post.sources?.includes(narrow.source)) return false;
  if (narrow.media && (narrow.media === "with") !== post.media.length > 0) return false;
  if (narrow.domain && post.domain !== narrow.domain) return false;
  if (narrow.cluster && String(post.cluster ?? post.id) !== String(narrow.cluster)) return false;
  if (narrow.reason && post.why !== narrow.reason && !(post.fired ?? []).some(({ key }) => key === narrow.reason)) return false;
  return narrow.q ? null : true;
}
