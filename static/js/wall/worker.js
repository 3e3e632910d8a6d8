// The service worker of one event's walls, served at /{event}/wall/worker.js for /{event}/wall. It keeps nothing: shell.js
// does, in the page. It answers a navigation from what is kept where the network gives nothing or something that is not
// ours, and lets no answer through to a wall that does not say it is of this house.

const HOME = new URL(self.registration.scope).pathname; // /{event}/wall
const PATIENCE = 6_000;
const OURS_TO_SAY = [401, 403, 404, 410]; // that there is no such wall is true, when we say so ourselves

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === HOME) event.respondWith(page(request));
  } else if (pathname.startsWith("/static/") || pathname.endsWith("/theme.css")) event.respondWith(keptFirst(request));
  else if (pathname.startsWith("/media-files/")) event.respondWith(pictureOf(request));
  else if (!pathname.endsWith(".sse")) event.respondWith(networkFirst(request));
});

async function page(request) {
  const asking = fetch(request);
  try {
    const answer = await within(PATIENCE, asking);
    if (answer.headers.get("x-strand") === "wall" && answer.ok) return answer;
    if (isOurs(answer) && OURS_TO_SAY.includes(answer.status)) return answer;
  } catch {
    // nobody there, or not in time
  }
  return (await keptPage(request.url)) ?? dark();
}

/** Its address changes when it does. */
async function keptFirst(request) {
  return (await kept(request)) ?? networkFirst(request);
}

/** What is not ours is an error, as if there were no network: nobody gets to read it. */
async function networkFirst(request) {
  const before = await kept(request);
  try {
    const asking = fetch(request);
    const answer = await (before ? within(PATIENCE / 2, asking) : asking);
    if (isOurs(answer) && answer.status < 500) return answer;
  } catch {
    // as below
  }
  return before ?? Response.error();
}

/** A logo is kept with the shell. Other pictures only pass: a stranger's page in place of one is no picture. */
async function pictureOf(request) {
  const answer = (await kept(request)) ?? (await fetch(request));
  return answer.redirected || answer.type === "opaqueredirect" ? Response.error() : answer;
}

function isOurs(answer) {
  return answer.type === "basic" && !answer.redirected && answer.headers.has("x-strand");
}

function kept(request) {
  return caches.match(request, { ignoreVary: true }).catch(() => undefined);
}

/** The newest whole shell of this very address: the page is put last, so where it is, all else is. */
async function keptPage(url) {
  try {
    const { pathname, search } = new URL(url);
    const names = (await caches.keys()).filter((name) => name.startsWith(`strand-wall ${pathname}${search} `));
    for (const name of names.reverse()) {
      const found = await (await caches.open(name)).match(pathname + search, { ignoreVary: true });
      if (found) return found;
    }
  } catch {
    // a browser that keeps nothing
  }
  return undefined;
}

/** A wall that was never here whole: no words, no stranger's page, and it looks again by itself. */
function dark() {
  const looks = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="dark">';
  const again = '<meta http-equiv="refresh" content="5"><title>Strand</title>';
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'" };
  return new Response(looks + again, { headers });
}

function within(ms, promise) {
  return new Promise((done, fail) => {
    setTimeout(fail, ms);
    promise.then(done, fail);
  });
}
