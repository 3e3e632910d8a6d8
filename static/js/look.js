// An event's look, live: its title, its tag, its logo and its colours where a page shows them. Draws nothing by itself.

const LENGTHS = [[14, ""], [19, "long"], [27, "longer"]]; // as wall.html counts

/** What an event goes by. */
export const tagOf = ({ tags, title }) => (tags[0] ? `#${tags[0]}` : title);

/** How long that is, in words that styles know. */
export const lengthOf = (event) => (LENGTHS.find(([most]) => [...tagOf(event)].length < most) ?? [0, "longest"])[1];

/** Wear what the event says now. Only what is there is changed: a page marks it by data-shows. */
export function wear(event) {
  const tag = tagOf(event);
  for (const place of document.querySelectorAll("[data-shows=tag]")) {
    if (place.textContent !== tag) place.textContent = tag;
    const head = place.closest("[data-length]");
    const length = lengthOf(event);
    if (head && head.dataset.length !== length) head.dataset.length = length;
  }
  for (const place of document.querySelectorAll("img[data-shows=logo]")) {
    place.hidden = !event.logo;
    if (event.logo && place.getAttribute("src") !== event.logo) place.src = event.logo;
  }
  for (const place of document.querySelectorAll("[data-shows=spare]")) {
    place.hidden = !event.spare;
    if (event.spare) place.querySelector("bdi").textContent = event.spare;
  }
  colours(event.theme);
}

function colours(address) {
  let sheet = document.getElementById("theme");
  if (!address) {
    sheet?.remove();
    return;
  }
  if (sheet?.getAttribute("href") === address) return;
  if (!sheet) {
    sheet = Object.assign(document.createElement("link"), { id: "theme", rel: "stylesheet" });
    document.head.append(sheet);
  }
  sheet.setAttribute("href", address);
}
