// How this person likes their desk, kept in their browser alone: single keys, a sound, a number in the title, blurred pictures.

const KEY = "strand-desk";
const AS_IT_COMES = { single: true, sound: false, count: false, veil: true };

export class Habits {
  #on;
  #onChange;

  constructor(form, onChange) {
    this.#on = { ...AS_IT_COMES, ...kept() };
    this.#onChange = onChange;
    for (const name of Object.keys(AS_IT_COMES)) form.elements[name].checked = this.#on[name];
    form.addEventListener("change", ({ target }) => this.#set(target.name, target.checked));
  }

  get single() {
    return this.#on.single;
  }

  get sound() {
    return this.#on.sound;
  }

  get count() {
    return this.#on.count;
  }

  get veil() {
    return this.#on.veil;
  }

  #set(name, on) {
    if (!(name in AS_IT_COMES)) return;
    this.#on[name] = on;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#on));
    } catch {
      // a browser that keeps nothing forgets it with the page
    }
    this.#onChange(name, on);
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}
