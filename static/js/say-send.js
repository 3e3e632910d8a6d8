// Sends the form, and goes on trying while there is no network. What the server does not take is sent the plain way, so
// that its own page says what is wrong; the form's word makes sure that nothing is said twice.

const PATIENCE = 90_000; // milliseconds for an answer; with pictures on a slow line it may take long
const PAUSES = [4_000, 10_000, 20_000, 40_000];

export class Sending {
  /** `before` is awaited first; `tell(state)` says "sending", "waiting" (no network) or "said". */
  constructor(form, before, tell) {
    this.form = form;
    this.before = before;
    this.tell = tell;
    this.tries = 0;
    this.timer = null;
    this.busy = false;
    addEventListener("online", () => this.timer !== null && this.send());
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    this.timer = null;
    this.tell("sending");
    try {
      await this.before();
      await this.#once();
    } catch {
      this.#later();
    } finally {
      this.busy = false;
    }
  }

  async #once() {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(this.form.action, {
        method: "POST", body: new FormData(this.form), headers: { accept: "application/json" }, signal: stop.signal,
      });
      const told = (answer.headers.get("content-type") ?? "").includes("json") && answer.ok ? await answer.json() : null;
      if (!told?.receipt) {
        if (answer.status >= 502) throw new TypeError("away"); // the house is restarting
        this.form.submit();
        return;
      }
      this.tell("said");
      location.assign(told.receipt);
    } finally {
      clearTimeout(late);
    }
  }

  #later() {
    this.tell("waiting");
    this.timer = setTimeout(() => this.send(), PAUSES[Math.min(this.tries, PAUSES.length - 1)]);
    this.tries += 1;
  }
}
