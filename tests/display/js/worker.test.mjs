// The wall's service worker, in a browser of our own: what it answers when the network does, lies, or hangs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SCRIPT = readFileSync(new URL("../../../static/js/wall/worker.js", import.meta.url), "utf8");
const ORIGIN = "https://wall.example";
const HALL = "/harbour/wall?screen=Hall";

function answer(text, { status = 200, type = "basic", redirected = false, strand = "house" } = {}) {
  return { text, status, ok: status >= 200 && status < 300, type, redirected, headers: new Map(strand ? [["x-strand", strand]] : []) };
}
const PAGE = answer("live page", { strand: "wall" });
const PORTAL = answer("hotel", { strand: null });

/** `network(path)`: an answer, or nothing where nobody is there; `kept`: {cache name: {path: answer}} */
function worker({ network = () => undefined, kept = {} } = {}) {
  const listeners = {};
  const path = (asked) => {
    const url = new URL(typeof asked === "string" ? asked : asked.url, ORIGIN);
    return url.pathname + url.search;
  };
  const find = (inside, asked) => inside[path(asked)];
  const timers = [];
  class Page {
    static error = () => "network error";
    constructor(text) { this.text = text; }
  }
  vm.runInNewContext(SCRIPT, {
    URL, Response: Page,
    self: {
      registration: { scope: `${ORIGIN}/harbour/wall` }, location: new URL(`${ORIGIN}/harbour/wall/worker.js`),
      addEventListener: (name, act) => { listeners[name] = act; }, skipWaiting: () => {},
    },
    setTimeout: (act) => timers.push(act),
    fetch: async (request) => {
      const told = network(path(request));
      if (told === undefined) throw new TypeError("nobody there");
      return told;
    },
    caches: {
      keys: async () => Object.keys(kept),
      open: async (name) => ({ match: async (asked) => find(kept[name], asked) }),
      match: async (asked) => Object.values(kept).map((inside) => find(inside, asked)).find(Boolean),
    },
  });
  const get = async (address, { mode = "cors", method = "GET" } = {}) => {
    let given;
    listeners.fetch({ request: { url: new URL(address, ORIGIN).href, mode, method }, respondWith: (promise) => { given = promise; } });
    return given === undefined ? "left alone" : (await given);
  };
  return { get, visit: (address) => get(address, { mode: "navigate" }), hang: () => timers.forEach((act) => act()) };
}
const SHELL = { [`strand-wall ${HALL} abc`]: { [HALL]: answer("kept page"), "/static/abc/js/a.js": answer("kept script"), "/harbour/qr.svg": answer("kept code") } };

test("where the house answers, its page is shown", async () => {
  assert.equal(await worker({ network: () => PAGE, kept: SHELL }).visit(HALL), PAGE);
});

for (const [what, told] of Object.entries({
  "nobody": undefined, "a portal": PORTAL, "a gateway": answer("502", { status: 502, strand: null }), "our own broken page": answer("sorry", { status: 503 }),
  "somebody who leads elsewhere": answer("", { status: 0, type: "opaqueredirect", strand: null }), "another page of ours": answer("strand"),
  "a portal we were led to": answer("hotel", { redirected: true }),
})) {
  test(`where ${what} answers, what was kept is shown, and a screen that was never here is dark`, async () => {
    const { visit } = worker({ network: () => told, kept: SHELL });
    assert.equal((await visit(HALL)).text, "kept page");
    for (const other of ["/harbour/wall?screen=Foyer", "/harbour/wall"]) assert.match((await visit(other)).text, /http-equiv="refresh"/);
  });
}

test("that there is no such wall is true when we say so", async () => {
  const gone = answer("no event here", { status: 404 });
  assert.equal(await worker({ network: () => gone, kept: SHELL }).visit(HALL), gone);
});

test("a line that hangs is waited for, and not for ever", async () => {
  const one = worker({ network: () => new Promise(() => {}), kept: SHELL });
  const [page, code] = [one.visit(HALL), one.get("/harbour/qr.svg")];
  await new Promise(setImmediate);
  one.hang();
  assert.deepEqual([(await page).text, (await code).text], ["kept page", "kept code"]);
});

test("of two shells the newer that is whole is shown", async () => {
  const kept = { ...SHELL, [`strand-wall ${HALL} def`]: { [HALL]: answer("newer page") }, [`strand-wall ${HALL} 123`]: { "/static/123/js/a.js": answer("") } };
  assert.equal((await worker({ kept }).visit(HALL)).text, "newer page");
});

test("what never changes is not even asked for", async () => {
  assert.equal((await worker({ network: () => PORTAL, kept: SHELL }).get("/static/abc/js/a.js")).text, "kept script");
});

test("what is not ours is read by nobody", async () => {
  for (const told of [PORTAL, undefined, answer("{}", { status: 503 }), answer("x", { redirected: true }), answer("x", { type: "opaque" })]) {
    const { get } = worker({ network: () => told });
    for (const path of ["/harbour/wall/screen.json?screen=Hall", "/harbour/sessions.json", "/harbour/theme.css?v=1", "/static/abc/js/b.js"]) {
      assert.equal(await get(path), "network error", path);
    }
  }
  const told = answer("{}");
  assert.equal(await worker({ network: () => told }).get("/harbour/sessions.json"), told);
});

test("other pages, other hosts, what is sent and what never ends are left alone", async () => {
  const { get, visit } = worker({ network: () => PAGE });
  for (const one of [visit("/harbour"), visit("/harbour/wallpaper"), get("https://elsewhere.example/x"), get("/harbour/live.sse")]) assert.equal(await one, "left alone");
  assert.equal(await get("/harbour/say", { method: "POST" }), "left alone");
});
