// Server-sent events that look like a WebSocket to live.js: the same frames, one way only. Coming back is live.js's.

export class Stream {
  onmessage = null;
  onclose = null;

  #source;

  constructor(url) {
    this.#source = new EventSource(url);
    this.#source.onmessage = (event) => this.onmessage?.(event);
    this.#source.onerror = () => {
      this.close();
      this.onclose?.({ code: 1006 });
    };
  }

  /** Never open for writing: what a screen painted cannot be said here. */
  get readyState() {
    return 0;
  }

  close() {
    this.#source.close();
  }
}
