// The shell of a wall is kept whole or not at all: our own files, however deep, and nothing of strangers.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Shell, addressesIn, buildOf } from "../../../static/js/wall/shell.js";
import { momentBy } from "../../../static/js/wall/survival.js";

const STATIC = new URL("../../../static/", import.meta.url);
const ADDRESS = "/harbour/wall?screen=Hall";
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

/** A house of a few files; `answers` may be changed by a test. */
function house(build = "abc123") {
  const at = (path) => `/static/${build}/${path}`;
  return {
    [ADDRESS]: `<link rel="stylesheet" href="${at("css/a.css")}"><link href="/harbour/theme.css?v=1&amp;w=2"><a href="/elsewhere">x</a>
      <img class="qr" src="/harbour/qr.svg" alt=""><img src="/media-files/logo.webp"><img hidden alt="">
      <script type="application/json">{}</script><script type="module" src="${at("js/wall.js")}"></script>`,
    [at("css/a.css")]: '@import "b.css"; a { background: url("../art/c.svg") } b { --x: url(#tide); c: url(data:abc) }',
    [at("css/b.css")]: "", [at("art/c.svg")]: "",
    [at("js/wall.js")]: 'import { a } from "./a.js";\nimport {\n  b,\n} from "./wall/b.js";\nconst x = ["./not.js"];\nexport const y = [".css"];',
    [at("js/a.js")]: 'export { b } from "./wall/b.js";', [at("js/wall/b.js")]: 'import "../a.js";\nconst later = () => import("./c.js");', [at("js/wall/c.js")]: "",
    "/harbour/theme.css?v=1&w=2": "", "/harbour/qr.svg": "", "/media-files/logo.webp": "",
  };
}

function answer(path, text, { status = 200, redirected = false, type, signed = true } = {}) {
  const ending = path.split("?")[0].split(".").pop();
  const kind = type ?? TYPES[ending] ?? (path.startsWith("/media") ? "image/webp" : "text/html");
  const headers = { "content-type": kind, ...(signed && { "x-strand": path.includes("/wall?") ? "wall" : "house" }) };
  const made = new Response(text, { status, headers });
  Object.defineProperty(made, "redirected", { value: redirected });
  return made;
}

function store() {
  const kept = new Map();
  const opened = (name) => {
    const inside = kept.get(name) ?? kept.set(name, new Map()).get(name);
    return {
      keys: async () => [...inside.keys()].map((path) => ({ url: `http://localhost${path}` })),
      put: async (path, what) => void inside.set(path, what),
      delete: async (path) => inside.delete(path),
    };
  };
  return { kept, caches: { open: async (name) => opened(name), keys: async () => [...kept.keys()], delete: async (name) => kept.delete(name) } };
}

function keeping(files, how = {}) {
  const { kept, caches } = store();
  const asked = [];
  const fetch = async (path) => {
    asked.push(path);
    if (!(path in files)) return answer(path, "", { status: 404 });
    return answer(path, files[path], how[path]);
  };
  return { kept, asked, shell: new Shell({ fetch, caches }) };
}

test("everything a page needs is kept, however deep, and each is asked for once", async () => {
  const files = house();
  const { kept, asked, shell } = keeping(files);
  assert.equal(await shell.renew(ADDRESS), "abc123");
  assert.deepEqual([...kept.keys()], [`strand-wall ${ADDRESS} abc123`]);
  const [inside] = kept.values();
  assert.deepEqual([...inside.keys()].sort(), Object.keys(files).sort());
  assert.equal([...inside.keys()].at(-1), ADDRESS, "the page comes last");
  assert.equal(new Set(asked).size, asked.length);
});

for (const [what, path, how] of [
  ["a script that is missing", "/static/abc123/js/wall/c.js", null],
  ["a script that is a stranger's page", "/static/abc123/js/a.js", { type: "text/html", signed: false }],
  ["a script that nobody signed", "/static/abc123/js/a.js", { signed: false }],
  ["a style that fails", "/static/abc123/css/b.css", { status: 502 }],
  ["a page that is a captive portal's", ADDRESS, { signed: false }],
  ["a page that leads elsewhere", ADDRESS, { redirected: true }],
  ["a page that fails", ADDRESS, { status: 502 }],
]) {
  test(`${what}: nothing is kept, and what was kept before stays`, async () => {
    const files = house();
    const how_ = {};
    const { kept, shell } = keeping(files, how_);
    await shell.renew(ADDRESS);
    const before = [...kept.keys()];
    for (const [old, text] of Object.entries(house("def456"))) files[old] = text;
    const now = path.replace("abc123", "def456");
    if (how) how_[now] = how;
    else delete files[now];
    assert.equal(await shell.renew(ADDRESS), null);
    assert.deepEqual([...kept.keys()], before);
  });
}

test("a logo that is gone does not keep a house from being whole", async () => {
  const files = house();
  delete files["/media-files/logo.webp"];
  const { kept, shell } = keeping(files);
  assert.equal(await shell.renew(ADDRESS), "abc123");
  assert.equal([...kept.values()][0].has("/media-files/logo.webp"), false);
});

test("a newer house takes the place of the older, of this screen alone; and what a page needs no more goes", async () => {
  const files = house();
  const { kept, shell } = keeping(files);
  await shell.renew(ADDRESS);
  kept.set("strand-wall /harbour/wall?screen=Foyer abc123", new Map());
  for (const [path, text] of Object.entries(house("def456"))) files[path] = text;
  assert.equal(await shell.renew(ADDRESS), "def456");
  assert.deepEqual([...kept.keys()].sort(), [`strand-wall ${ADDRESS} def456`, "strand-wall /harbour/wall?screen=Foyer abc123"].sort());
  files[ADDRESS] = files[ADDRESS].replace("?v=1&amp;w=2", "?v=2");
  files["/harbour/theme.css?v=2"] = "";
  await shell.renew(ADDRESS);
  const inside = kept.get(`strand-wall ${ADDRESS} def456`);
  assert.deepEqual([inside.has("/harbour/theme.css?v=2"), inside.has("/harbour/theme.css?v=1&w=2")], [true, false]);
});

test("without a store a house is still judged", async () => {
  const files = house();
  const shell = new Shell({ fetch: async (path) => answer(path, files[path] ?? "", { status: path in files ? 200 : 404 }), caches: undefined });
  assert.equal(await shell.renew(ADDRESS), "abc123");
  delete files["/static/abc123/js/a.js"];
  assert.equal(await shell.renew(ADDRESS), null);
});

test("what our real scripts and styles need is found, and is there", () => {
  const waiting = ["/static/abc/js/wall.js", ...readdirSync(new URL("css/", STATIC)).map((name) => `/static/abc/css/${name}`)];
  const seen = new Set();
  while (waiting.length) {
    const path = waiting.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    const file = new URL(path.replace("/static/abc/", ""), STATIC);
    assert.ok(existsSync(file), path);
    if (/\.(js|css)$/.test(path)) waiting.push(...addressesIn(readFileSync(file, "utf8"), path));
  }
  for (const name of ["js/fold.js", "js/wall/stage.js", "js/wall/strand.js", "js/dom.js"]) assert.ok(seen.has(`/static/abc/${name}`), name);
});

test("a build is read from the address of a script", () => {
  assert.equal(buildOf("https://wall.example/static/0a1b2c3d4e5f/js/wall/survival.js"), "0a1b2c3d4e5f");
  assert.equal(buildOf("file:///somewhere/survival.js"), null);
});

test("a clock that is wrong by two hours is right by what it was wrong before; one that jumped says nothing", () => {
  const hour = 3_600_000;
  const at = 100 * hour;
  const kept = { at, ahead: 2 * hour };
  assert.equal(momentBy(kept, at - 2 * hour + 60_000), at + 60_000);
  assert.equal(momentBy(kept, at - 3 * hour), null, "it went back");
  assert.equal(momentBy(kept, at + 11 * hour), null, "nobody knows what is on so much later");
});
