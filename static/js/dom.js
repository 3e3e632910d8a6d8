// Making elements without markup: names, attributes, children; strings become text nodes, never HTML.
// An attribute that is null, undefined or false is left out; true is written as the empty string. Empty children too.

const SVG = "http://www.w3.org/2000/svg";

export function make(name, attributes = {}, ...children) {
  return dress(document.createElement(name), attributes, children);
}

export function draw(name, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, name), attributes, children);
}

function dress(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** JSON that the server put into the page: <script type="application/json" id="…">. */
export function read(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : null;
}

/** A sentence with its gaps filled: fill("{n} new posts", { n: 3 }). */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** Only http and https become a link, whatever the wire says. */
export function web(url) {
  return typeof url === "string" && /^https?:\/\//i.test(url);
}

/** An address of our own house. */
export function here(url) {
  return typeof url === "string" && url.startsWith("/") && !url.startsWith("//");
}
