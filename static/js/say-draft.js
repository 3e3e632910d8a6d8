// What was typed survives a closed tab, a dead battery and a lost network: all of the form but its pictures.
// Storage can be full, forbidden or empty; none of it matters to somebody who wants to say something.

const KEPT = ["text", "name", "question", "where", "session", "cover", "lang", "consent", "alt1", "alt2", "alt3", "alt4"];

const place = (action) => `strand draft ${action}`; // and, for an answer, the number of what it answers

/** A receipt is there, so what was on its way is said: however it got there. */
export function settle(action) {
  for (const key of places().filter((one) => one.startsWith(place(action)))) {
    const { nonce, name, where } = load(key);
    if (nonce) store(key, { name, where });
  }
}

function places() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function store(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch { /* the draft is a courtesy */ }
}

export class Draft {
  constructor(form) {
    this.form = form;
    const to = form.elements.namedItem("to")?.value;
    this.place = place(form.getAttribute("action")) + (to ? ` ${to}` : "");
  }

  keep() {
    const { nonce } = load(this.place); // what is on its way stays so while it is being changed
    const draft = { nonce };
    for (const field of this.#fields()) {
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) draft[field.name] = field.value;
      } else draft[field.name] = field.value;
    }
    store(this.place, draft);
  }

  /** On its way: kept with the word that names the post, so that sending it again says it once. */
  sending(nonce) {
    store(this.place, { ...load(this.place), nonce });
  }

  /** It is said. The name and the place stay for the next time. */
  said() {
    const { name, where } = load(this.place);
    store(this.place, { name, where });
  }

  /** Puts the draft back where the server did not fill the form in. Says whether there were words. */
  bringBack() {
    const draft = load(this.place);
    const words = this.form.elements.namedItem("text");
    const whole = !words.value && Boolean(draft.text);
    for (const field of this.#fields()) {
      const value = draft[field.name];
      if (field.name === "session" || (!whole && field.name !== "name")) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked ||= value === field.value;
      else if (value && (!field.value || field.name === "lang")) field.value = value;
    }
    if (whole && draft.nonce) this.form.elements.namedItem("nonce").value = draft.nonce;
    return whole;
  }

  #fields() {
    return [...this.form.elements].filter((field) => KEPT.includes(field.name));
  }
}
