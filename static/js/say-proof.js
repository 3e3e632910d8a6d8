// The proof of work: SHA-256 in plain script, in slices that leave the page to its reader. No Worker, no crypto.subtle.
// What is looked for: a number whose "challenge:number" hashes to so many zero bits; display/proof.py checks it.

const SLICE = 8; // milliseconds of computing, then the page has its turn
const K = new Int32Array(64);
const START = new Int32Array(8);

// The constants are the fractions of the roots of the first primes.
for (let n = 2, found = 0; found < 64; n += 1) {
  if (Array.from({ length: n - 2 }, (_, i) => i + 2).some((d) => n % d === 0)) continue;
  if (found < 8) START[found] = fraction(n ** (1 / 2));
  K[found] = fraction(n ** (1 / 3));
  found += 1;
}

function fraction(root) {
  return ((root - Math.floor(root)) * 0x100000000) | 0;
}

const w = new Int32Array(64);

/** One block of 64 bytes, as 16 words in `w`, into `state`. */
function compress(state) {
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** Everything but the last block is hashed once; each try then costs one or two blocks. ASCII only. */
function prepare(prefix) {
  const whole = prefix.length - (prefix.length % 64);
  const state = START.slice();
  for (let at = 0; at < whole; at += 64) {
    fill(prefix.slice(at, at + 64));
    compress(state);
  }
  return { state, rest: prefix.slice(whole), before: whole };
}

/** Up to 64 letters into `w`, the rest zero. */
function fill(text) {
  w.fill(0, 0, 16);
  for (let i = 0; i < text.length; i += 1) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
}

function finish({ state, rest, before }, tail) {
  const out = state.slice();
  let text = `${rest}${tail}\u0080`;
  const bits = (before + rest.length + tail.length) * 8;
  if (text.length > 64) {
    fill(text.slice(0, 64));
    compress(out);
    text = text.slice(64);
  }
  fill(text);
  if (text.length > 56) {
    compress(out);
    fill("");
  }
  w[15] = bits;
  compress(out);
  return out;
}

/** The hash as eight words: for tests. */
export function sha256(text) {
  return finish(prepare(text), "");
}

/** Resolves with the number, as text. `stop` is an AbortSignal. */
export function prove(challenge, bits, stop) {
  const begun = prepare(`${challenge}:`);
  let number = 0;
  return new Promise((resolve) => {
    function slice() {
      if (stop?.aborted) return;
      const until = performance.now() + SLICE;
      while (performance.now() < until) {
        for (let i = 0; i < 64; i += 1, number += 1) {
          if (Math.clz32(finish(begun, String(number))[0]) >= bits) {
            resolve(String(number));
            return;
          }
        }
      }
      setTimeout(slice);
    }
    slice();
  });
}
