// Segments become nodes: text, links, mentions, hashtags, custom emoji, code, breaks, quotes. Two breaks end a paragraph.

import { make, web } from "./dom.js";

export function drawWords(segments) {
  const blocks = [];
  let paragraph = null;
  let breaks = 0;
  for (const segment of segments) {
    if (segment.t === "break") {
      breaks += 1;
      continue;
    }
    if (segment.t === "quote") {
      blocks.push(make("blockquote", {}, drawWords(segment.parts ?? [])));
      paragraph = null;
    } else {
      if (paragraph && breaks > 1) paragraph = null;
      else if (paragraph && breaks) paragraph.append(make("br"));
      if (!paragraph) blocks.push((paragraph = make("p")));
      paragraph.append(drawSegment(segment));
    }
    breaks = 0;
  }
  return blocks;
}

/** Custom emoji as the words they are called by. */
export function withoutEmoji(segments) {
  return segments.map(({ src, ...segment }) => (segment.parts ? { ...segment, parts: withoutEmoji(segment.parts) } : segment));
}

function drawSegment({ t, text = "", href, src, width, height }) {
  if (t === "link" || t === "mention" || t === "hashtag") {
    const kind = t === "hashtag" ? "tag" : t;
    if (!web(href)) return make("bdi", { class: kind }, text);
    return make("a", { class: kind, href, rel: "noopener nofollow ugc" }, make("bdi", {}, text));
  }
  if (t === "code") return make("code", { dir: "ltr" }, text);
  if (t === "emoji" && src) return make("img", { class: "emoji", loading: "lazy", src, alt: text, title: text, width, height, decoding: "async" });
  if (t === "emoji") return make("span", { class: "emoji" }, text);
  return document.createTextNode(text);
}
