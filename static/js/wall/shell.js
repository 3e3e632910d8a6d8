// The shell of a wall: its page with every script, style and picture the page needs. Fetched, judged and kept whole, or not
// at all. Without a store (plain http) it is only judged, so that a wall never goes on to a house that is not all there.

const NAMED = /<(?:link|script|img)\b[^>]*?\s(?:href|src)="(\/[^"]+)"/g;
const IMPORTS = /(?:^\s*(?:import\b[^;"']*|export\b[^;"'()=]*\bfrom\s*)|\bimport\()"(\.{1,2}\/[^"]+)"/gm;
const STYLED = /url\("?([^"')]+)"?\)|@import "([^"]+)"/g;
const BUILD = /\/static\/([0-9a-f]+)\//;
const KINDS = { js: "javascript", css: "text/css", json: "json" };
const PATIENCE = 20_000;

export class Shell {
  #fetch;
  #caches;

  constructor({ fetch = globalThis.fetch.bind(globalThis), caches = globalThis.caches } = {}) {
    this.#fetch = fetch;
    this.#caches = caches;
  }

  /** The build of the house's newest whole shell of this address, or null where it is not whole or not ours. */
  async renew(address) {
    const page = await this.#ours(address, "no-store");
    if (page?.headers.get("x-strand") !== "wall") return null;
    const text = await page.clone().text();
    const build = text.match(BUILD)?.[1];
    if (!build) return null;
    const parts = await this.#gather(text);
    if (!parts) return null;
    await this.#keep(address, build, page, parts);
    return build;
  }

  /** Every part by its address; null where one of our own files is missing. */
  async #gather(text) {
    const parts = new Map();
    const waiting = addressesIn(text);
    while (waiting.length) {
      const level = [...new Set(waiting.splice(0))].filter((part) => !parts.has(part));
      const answers = await Promise.all(level.map((part) => this.#ours(part)));
      for (const [i, part] of level.entries()) {
        if (answers[i]) parts.set(part, answers[i]);
        else if (part.startsWith("/static/")) return null; // a logo may be gone; a script may not
        else continue;
        if (/\.(js|css)$/.test(part)) waiting.push(...addressesIn(await answers[i].clone().text(), part));
      }
    }
    return parts;
  }

  /** An answer of our own house and of the kind its address promises, or null. */
  async #ours(address, cache = "default") {
    try {
      const answer = await this.#fetch(address, { credentials: "same-origin", cache, signal: AbortSignal.timeout(PATIENCE) });
      const kind = answer.headers.get("content-type") ?? "";
      const promised = KINDS[new URL(address, "http://localhost").pathname.split(".").pop()];
      const signed = answer.headers.has("x-strand") || (address.startsWith("/media-files/") && kind.startsWith("image/"));
      return answer.ok && !answer.redirected && signed && (!promised || kind.includes(promised)) ? answer : null;
    } catch {
      return null;
    }
  }

  /** The page comes last: where it is, the rest is. Only then the shells before it go. */
  async #keep(address, build, page, parts) {
    if (!this.#caches) return;
    const prefix = `strand-wall ${address} `;
    const store = await this.#caches.open(prefix + build);
    const had = new Set((await store.keys()).map(({ url }) => pathOf(url)));
    const news = [...parts].filter(([part]) => !had.has(part) || !part.startsWith("/static/")); // those never change
    await Promise.all(news.map(([part, answer]) => store.put(part, answer)));
    await store.put(address, page);
    await Promise.all([...had].filter((part) => part !== address && !parts.has(part)).map((part) => store.delete(part)));
    for (const name of await this.#caches.keys()) {
      if (name.startsWith(prefix) && name !== prefix + build) await this.#caches.delete(name);
    }
  }
}

/** What a page, a script or a style needs, as paths of this origin. `from`: the path of the script or style itself. */
export function addressesIn(text, from = "") {
  if (!from) return [...text.matchAll(NAMED)].map(([, path]) => path.replaceAll("&amp;", "&")).filter((path) => !path.startsWith("//"));
  const found = from.endsWith(".js")
    ? [...text.matchAll(IMPORTS)].map(([, path]) => path)
    : [...text.matchAll(STYLED)].map(([, url, sheet]) => url ?? sheet).filter((path) => !/^(data|#)/.test(path));
  return found.map((path) => pathOf(new URL(path, `http://localhost${from}`)));
}

/** The build a script of ours is of, by its own address. */
export function buildOf(url) {
  return url.match(BUILD)?.[1] ?? null;
}

function pathOf(url) {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
