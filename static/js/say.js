// The form's helper: keeps a draft, counts, makes pictures smaller, computes the proof while its owner types, and sends
// again when the network was away. The form works without it.

import { make, read } from "./dom.js";
import { count } from "./say-count.js";
import { Draft } from "./say-draft.js";
import { PictureFields } from "./say-pictures.js";
import { prove } from "./say-proof.js";
import { Sending } from "./say-send.js";

const UNPROVEN = 6_000; // milliseconds: then it is sent without the proof, and the house decides

const t = read("strings");
const form = document.getElementById("say");
const field = (name) => form.elements.namedItem(name);
const told = document.getElementById("draft");
const draft = new Draft(form);

if (draft.bringBack()) told.textContent = t.draft_back;
count(field("text"), document.getElementById("room"), Number(form.dataset.limit), t);
const pictures = new PictureFields(document.getElementById("slots"), t);
form.addEventListener("input", () => draft.keep());

/* --- the proof: begun at once, so that it is done long before the words are --- */

const proven = prove(field("nonce").value, Number(form.dataset.bits)).then((number) => { field("proof").value = number; });

/* --- which talk: the line says what is chosen --- */

const about = form.querySelector("details.about");
about?.addEventListener("change", ({ target }) => {
  const title = target.closest("label").querySelector("b")?.textContent;
  const chosen = title ? [`${t.belongs_to} `, make("b", { dir: "auto" }, title)] : [t.no_talk];
  about.querySelector("summary").replaceChildren(...chosen, " ", make("span", { class: "change" }, t.change));
});

/* --- sending --- */

const button = document.getElementById("send");
const sending = new Sending(form, ready, (state) => {
  button.toggleAttribute("data-busy", state === "sending");
  button.textContent = state === "waiting" ? t.send_again : state === "sending" ? t.on_its_way : t.send;
  told.textContent = state === "waiting" ? t.no_network : "";
  if (state === "said") draft.said();
});

async function ready() {
  draft.keep();
  draft.sending(field("nonce").value);
  await pictures.busy;
  await Promise.race([proven, new Promise((done) => { setTimeout(done, UNPROVEN); })]);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  sending.send();
});
// Back by the browser's button after it was said: the form as it was kept, with nothing on its way.
addEventListener("pageshow", (event) => event.persisted && location.reload());

import "./opened.js"; // whether a card led here
