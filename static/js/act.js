// What to do with a post: the reader's own server, kept in their browser alone, and copying the address. The page works
// without this; the address to open is then made by the server.

import { read } from "./dom.js";

const KEY = "strand-server";
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/;

const t = read("strings");
const form = document.getElementById("server-form");
const field = document.getElementById("server");
const way = document.getElementById("at-server");

function kept() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

function keep(host) {
  try {
    localStorage.setItem(KEY, host);
  } catch {
    // then it is typed again the next time
  }
}

function offer(host) {
  if (!HOST.test(host)) return;
  const link = way.querySelector("a");
  link.href = `https://${host}${form.dataset.way}`;
  link.querySelector("bdi").textContent = host;
  way.hidden = false;
}

const shown = way.hidden ? "" : way.querySelector("bdi").textContent;
if (HOST.test(shown)) keep(shown); // the server read what was typed, and it is a server's name
else if (!field.value && HOST.test(kept())) {
  field.value = kept();
  offer(kept());
}

const copy = document.getElementById("copy");
const address = document.getElementById("permanent");
copy.hidden = false;
copy.addEventListener("click", async () => {
  address.select();
  try {
    await navigator.clipboard.writeText(address.value);
    document.getElementById("copied").textContent = t.address_copied;
  } catch {
    // Over plain http there is no clipboard: the address is marked, and a key or a long touch copies it.
    document.getElementById("copied").textContent = t.copy_yourself;
  }
});
