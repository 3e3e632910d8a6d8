// Pictures in the form: one place after the other, a small look at each, and made smaller before they are sent: a photo
// of 12 MB takes minutes on a slow line. Where a browser cannot, the photo goes as it is.

import { fill, make } from "./dom.js";

const LONGEST = 1600;
const SMALL = 400_000; // bytes: what is smaller goes as it is
const LARGEST = 13_000_000;

export class PictureFields {
  constructor(box, t) {
    this.t = t;
    this.slots = [...box.querySelectorAll(".slot")];
    this.busy = Promise.resolve();
    this.working = 0; // pictures being made smaller
    for (const slot of this.slots) {
      slot.querySelector("input[type=file]")?.addEventListener("change", ({ target }) => this.#chosen(slot, target));
    }
    this.#show();
  }

  /** Those that are filled, and one more. */
  #show() {
    const last = this.slots.findLastIndex?.((slot) => this.#filled(slot)) ?? this.slots.length - 1;
    this.slots.forEach((slot, i) => {
      slot.hidden = i > last + 1;
      slot.toggleAttribute("data-empty", !this.#filled(slot));
    });
  }

  #filled(slot) {
    return slot.querySelector("input[type=hidden], .thumb") !== null || slot.querySelector("input[type=file]")?.files.length > 0;
  }

  #chosen(slot, input) {
    slot.querySelectorAll("canvas, .hint").forEach((old) => old.remove());
    const file = input.files[0];
    this.#show();
    if (!file) return;
    this.working += 1;
    const small = this.busy.then(() => this.#shrink(slot, input, file)).catch(() => this.#asItIs(slot, file));
    this.busy = small.then(() => { this.working -= 1; });
  }

  async #shrink(slot, input, file) {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const small = paint(picture, scale);
    if (input.files[0] !== file) return; // another was chosen meanwhile
    slot.querySelector("legend").after(thumb(picture));
    if (file.size <= SMALL) return;
    const blob = await new Promise((done) => { small.toBlob(done, "image/jpeg", 0.85); });
    const list = new DataTransfer();
    list.items.add(new File([blob], "picture.jpg", { type: "image/jpeg" }));
    if (blob && blob.size < file.size && input.files[0] === file) input.files = list.files;
  }

  #asItIs(slot, file) {
    if (file.size > LARGEST) slot.append(make("p", { class: "hint", "data-over": true }, fill(this.t.picture_large, { n: 13 })));
  }
}

function paint(picture, scale) {
  const canvas = make("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff"; // what shines through would be black in a JPEG
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function thumb(picture) {
  const canvas = paint(picture, Math.min(1, 240 / Math.max(picture.width, picture.height)));
  canvas.className = "thumb";
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
