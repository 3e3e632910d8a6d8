// Says that the form was opened by a card: its code, and nothing about whoever opened it. Once for each opening of the page.

const form = document.getElementById("say");
const code = form?.elements.namedItem("code");
const again = document.querySelector("[role=alert]"); // back from a refusal it is the same opening

if (code?.value && !again) {
  fetch(`${form.getAttribute("action")}/opened`, {
    method: "POST",
    body: new URLSearchParams({ code: code.value }),
    credentials: "omit",
    keepalive: true,
  }).catch(() => { /* a number that is missing harms nobody */ });
}
