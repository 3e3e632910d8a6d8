// Posts by number, and in the order they were said: `order` as strings, equal orders by id. Pure.

export class Ordered {
  /** In the order they were said. */
  posts = [];

  #byId = new Map();

  get(id) {
    return this.#byId.get(id);
  }

  ids() {
    return this.#byId.keys();
  }

  put(post) {
    this.forget(post.id);
    this.#byId.set(post.id, post);
    this.posts.splice(this.#place(post), 0, post);
  }

  /** Whether it was there. */
  forget(id) {
    const post = this.#byId.get(id);
    if (!post) return false;
    this.#byId.delete(id);
    this.posts.splice(this.#place(post), 1);
    return true;
  }

  /** Lets the first `n` go. */
  shed(n) {
    for (const post of this.posts.splice(0, n)) this.#byId.delete(post.id);
  }

  clear() {
    this.posts = [];
    this.#byId.clear();
  }

  /** Where a post stands or would stand. */
  #place(post) {
    let low = 0;
    let high = this.posts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.posts[middle];
      if (other.order < post.order || (other.order === post.order && other.id < post.id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
