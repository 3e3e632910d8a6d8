// A soft knock when something new waits, made here and only for who asked for it. Browsers let a page be heard only after a
// touch or a key: until then it is silent.

const SELDOM = 3_000;

export class Bell {
  #context = null;
  #rung = -Infinity;

  ring(now = performance.now()) {
    if (now - this.#rung < SELDOM) return;
    this.#rung = now;
    try {
      this.#context ??= new AudioContext();
      this.#context.resume().catch(() => {});
      this.#strike(this.#context);
    } catch {
      // no sound on this machine
    }
  }

  #strike(context) {
    const [tone, loudness, at] = [context.createOscillator(), context.createGain(), context.currentTime];
    tone.type = "sine";
    tone.frequency.setValueAtTime(523, at);
    tone.frequency.exponentialRampToValueAtTime(392, at + 0.25);
    loudness.gain.setValueAtTime(0.0001, at);
    loudness.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  }
}
