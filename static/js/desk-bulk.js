// One verdict on many posts, or its way back: the server takes them by the hundred, and is asked again until none is left.
// Pure but for `send`, which is given.

/** send(what) → {ok, body} or {ok: false, sentence}. onProgress({done, left, rest}). Gives {ok, bulk, done, left, sentence}. */
export async function run(what, send, onProgress = () => {}) {
  const sum = { ok: true, bulk: null, done: 0, left: 0, rest: 0, sentence: "" };
  for (;;) {
    const answer = await send(sum.bulk === null ? what : { ...what, bulk: sum.bulk });
    if (!answer.ok) return { ...sum, ok: false, sentence: answer.sentence };
    const { bulk, decided = 0, undone = 0, left = 0, rest = 0 } = answer.body;
    const before = `${sum.rest} ${sum.left}`;
    Object.assign(sum, { bulk: bulk ?? sum.bulk, done: sum.done + decided + undone, left, rest }); // `left` is of the whole act
    onProgress(sum);
    // A server that does not come nearer to the end is not asked for ever.
    if (!rest || (decided + undone === 0 && `${rest} ${left}` === before)) return sum;
  }
}
