// The seconds that posts and people were legible on one screen. Pure; decides nothing.

const MOST = 2_000; // posts whose seconds are remembered; far more than a wall holds at a time

export class Ledger {
  #posts = new Map();
  #people = new Map();
  #same = new Map();

  /** What the server counted. Here is never less known than here was counted. `same`: claims of one person by their key. */
  know({ posts = {}, people = {}, same = {} }) {
    this.#same = new Map(Object.entries(same));
    for (const [id, seconds] of Object.entries(posts)) raise(this.#posts, Number(id), seconds);
    for (const [key, seconds] of Object.entries(people)) raise(this.#people, key, seconds);
  }

  note(post, seconds) {
    this.#posts.set(post.id, this.ofPost(post.id) + seconds);
    this.#people.set(this.person(post), this.ofPerson(post) + seconds);
    if (this.#posts.size > MOST) this.#posts.delete(this.#posts.keys().next().value);
  }

  /** The key of who said it. Who has no account is known by nothing but the post. */
  person({ id, author }) {
    if (author?.id === null || author?.id === undefined) return `p${id}`;
    return this.#same.get(`a${author.id}`) ?? `a${author.id}`;
  }

  ofPost(id) {
    return this.#posts.get(id) ?? 0;
  }

  ofPerson(post) {
    return this.#people.get(this.person(post)) ?? 0;
  }

  /** One post of each person first, whoever had least; then their second ones. `there`: posts that are on already. */
  byPerson(posts, there = []) {
    const nth = new Map();
    const count = (post) => {
      const key = this.person(post);
      nth.set(key, (nth.get(key) ?? -1) + 1);
      return nth.get(key);
    };
    there.forEach(count);
    const ranked = [...posts].sort((a, b) => this.ofPost(a.id) - this.ofPost(b.id) || inOrder(a, b));
    return ranked
      .map((post) => ({ post, turn: count(post), had: this.ofPerson(post) }))
      .sort((a, b) => a.turn - b.turn || a.had - b.had || inOrder(a.post, b.post))
      .map(({ post }) => post);
  }
}

export function inOrder(a, b) {
  return a.order < b.order ? -1 : Number(a.order > b.order);
}

function raise(map, key, seconds) {
  if (seconds > (map.get(key) ?? 0)) map.set(key, seconds);
}
