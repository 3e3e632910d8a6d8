// Threads folded: what somebody said in one go, post after post in answer to themselves, stands as one. Pure. Only where nobody
// spoke in between, so that the order of saying stays what it was.

const MOST = 6; // posts in one
const ONCE = ["poll", "quote", "card"]; // there is room for one of each
const ANY = ["late", "edited", "bridged", "first"];

export class Threads {
  posts = []; // as they were last folded
  #kept = new Map(); // id of the first post → {parts, post}

  /** Posts in the order they were said, each thread as one post with `parts`, the ids of all. What did not change is the same object. */
  fold(posts) {
    const kept = new Map();
    const folded = [];
    for (let i = 0; i < posts.length; i += 1) {
      const parts = run(posts, i);
      i += parts.length - 1;
      folded.push(parts.length > 1 ? this.#joined(parts, kept) : parts[0]);
    }
    this.#kept = kept;
    this.posts = folded;
    return folded;
  }

  /** The thread that begins with this post, as it was last folded. */
  get(id) {
    return this.#kept.get(id)?.post;
  }

  #joined(parts, kept) {
    const [{ id }] = parts;
    const had = this.#kept.get(id);
    const same = had?.parts.length === parts.length && had.parts.every((part, i) => part === parts[i]);
    const now = same ? had : { parts, post: join(parts) };
    kept.set(id, now);
    return now.post;
  }
}

/** The ids that a post stands for. */
export function partsOf(post) {
  return post.parts ?? [post.id];
}

function run(posts, start) {
  const parts = [posts[start]];
  while (parts.length < MOST && goesOn(parts, posts[start + parts.length])) parts.push(posts[start + parts.length]);
  return parts;
}

function goesOn(parts, next) {
  const [first] = parts;
  if (!next || next.author.id === null || next.author.id !== first.author.id) return false;
  if (!parts.some(({ id }) => id === next.reply_to?.id)) return false;
  // A cover is over its own words, and a question is answered by itself.
  if ([...parts, next].some((post) => post.cover || post.sensitive || post.question)) return false;
  if (next.lang !== first.lang || next.dir !== first.dir || next.session?.id !== first.session?.id) return false;
  return ONCE.every((each) => !next[each] || parts.every((part) => !part[each]));
}

function join(parts) {
  const [first] = parts;
  const gap = [{ t: "break" }, { t: "break" }];
  const spoken = parts.filter(({ words }) => words.length);
  return {
    ...first,
    parts: parts.map(({ id }) => id),
    words: spoken.flatMap(({ words }, i) => (i ? [...gap, ...words] : words)),
    media: parts.flatMap(({ media }) => media),
    ...Object.fromEntries(ONCE.map((each) => [each, parts.find((part) => part[each])?.[each] ?? null])),
    ...Object.fromEntries(ANY.map((each) => [each, parts.some((part) => part[each])])),
  };
}
