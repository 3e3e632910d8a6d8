// What a moderator has in hand: one post, those chosen beside it, and those on their way to the server. Pure.

export class Hand {
  current = null;
  chosen = new Set();

  #sending = new Set();
  #wanted = null;
  #was = 0; // where in the rows the hand is
  #from = null; // where a stretch of chosen ones begins

  /** After the rows changed: what left the queue is put down, and the one in its place taken up. */
  settle(rows) {
    const ids = new Set(rows.map(({ id }) => id));
    if (this.#wanted !== null && ids.has(this.#wanted)) this.take(this.#wanted);
    if (!ids.has(this.current)) this.current = this.#free(rows, Math.min(this.#was, rows.length - 1));
    this.#was = Math.max(0, rows.findIndex(({ id }) => id === this.current));
    for (const id of this.chosen) if (!ids.has(id)) this.chosen.delete(id);
  }

  /** Now, or as soon as it comes into this queue. */
  want(id, rows) {
    this.#wanted = id;
    if (rows.some((row) => row.id === id)) this.take(id);
  }

  take(id) {
    this.current = id;
    this.#wanted = null;
    this.#from = null;
  }

  /** To the next or the previous that is not on its way already; says whether there was one. */
  step(rows, by) {
    this.#wanted = null;
    const at = rows.findIndex(({ id }) => id === this.current);
    for (let i = at + by; i >= 0 && i < rows.length; i += by) {
      if (this.#sending.has(rows[i].id)) continue;
      this.current = rows[i].id;
      this.#was = i;
      return true;
    }
    return false;
  }

  isSending(id) {
    return this.#sending.has(id);
  }

  sending(id, on) {
    if (on) this.#sending.add(id);
    else this.#sending.delete(id);
  }

  /* --- several --- */

  choose(id, on = !this.chosen.has(id)) {
    this.#from = id;
    if (on) this.chosen.add(id);
    else this.chosen.delete(id);
  }

  /** From where the last one was chosen to here. */
  stretch(rows, id) {
    const from = rows.findIndex((row) => row.id === (this.#from ?? this.current));
    const to = rows.findIndex((row) => row.id === id);
    if (from < 0 || to < 0) return;
    this.#from ??= this.current;
    for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(row.id);
  }

  none() {
    this.chosen.clear();
    this.#from = null;
  }

  #free(rows, at) {
    for (let i = Math.max(at, 0); i < rows.length; i++) if (!this.#sending.has(rows[i].id)) return rows[i].id;
    for (let i = at - 1; i >= 0; i--) if (!this.#sending.has(rows[i].id)) return rows[i].id;
    return rows[Math.max(at, 0)]?.id ?? null;
  }
}
