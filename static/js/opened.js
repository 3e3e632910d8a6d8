// Says that the form was opened by a card: its code, and nothing about whoever opened it. Once for each opening of the page.

const form = document.getElementById("say");
const code = form?.elements.namedItem("code");
// Back from a refusal it is the same opening: the browser came from this very page.
const again = document.referrer === location.href || document.querySelector(".notice");

if (code?.value && !again) {
  fetch(`${form.getAttribute("action")}/opened`, {
    method: "POST",
    body: new URLSearchParams({ code: code.value }),
    credentials: "omit",
    keepalive: true,
  }).catch(() => { /* a number that is missing harms nobody */ });
}
