// One verdict on many: which ones (chosen, alike, of this author, of this server, of a time, all that is shown), and what
// becomes of them. And from now on: an author or a server on the list of those held back.

import { send } from "./acts.js";
import { run } from "./desk-bulk.js";
import { chosen } from "./desk-filter.js";
import { fill } from "./dom.js";

const part = (id) => document.getElementById(id);

export class Several {
  #t;
  #base;
  #desk;
  #post = null;
  #box = part("several");
  #form = part("several-form");

  /** desk: {hand, queue(), filter(), counts(), decisions, trouble(sentence), told(words)} */
  constructor({ t, base, desk }) {
    this.#t = t;
    this.#base = base;
    this.#desk = desk;
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("change", () => this.#offer());
    this.#box.addEventListener("click", ({ target }) => {
      const { verdict, block } = target.closest("button")?.dataset ?? {};
      if (verdict) this.#decide(verdict);
      if (block) this.#block(block);
    });
  }

  open(post) {
    this.#post = post;
    const { hand, queue, filter } = this.#desk;
    const t = this.#t;
    const name = post?.author.name || t.anonymous;
    this.#choice("chosen", hand.chosen.size > 0, fill(t.scope_chosen, { n: hand.chosen.size }));
    this.#choice("cluster", Boolean(post?.cluster), fill(t.scope_cluster, { n: post ? queue().size(post) : 0 }));
    this.#choice("author", Boolean(post?.author.id), fill(t.scope_author, { name }));
    this.#choice("domain", Boolean(post?.domain), fill(t.scope_domain, { domain: post?.domain ?? "" }));
    this.#choice("all", true, chosen(filter().narrow).length ? fill(t.scope_filter, { n: queue().total }) : fill(t.scope_all, { n: this.#desk.counts()[filter().state] ?? "" }));
    const first = [...this.#form.elements.scope].find((choice) => !choice.closest("label").hidden && choice.value !== "all") ?? this.#form.elements.scope[0];
    first.checked = true;
    this.#offerBlocks(post, name);
    if (post) this.#form.elements.from.value = this.#form.elements.to.value = "";
    this.#offer();
    this.#box.showModal();
  }

  #choice(value, offered, words) {
    const label = this.#form.querySelector(`[value="${value}"]`).closest("label");
    label.hidden = !offered;
    label.lastElementChild.textContent = words;
  }

  #offerBlocks(post, name) {
    const author = part("block-author");
    const domain = part("block-domain");
    author.hidden = !post?.author.id;
    domain.hidden = !post?.domain;
    author.textContent = fill(this.#t.block_author, { name });
    domain.textContent = fill(this.#t.block_domain, { domain: post?.domain ?? "" });
    part("blocking").hidden = author.hidden && domain.hidden;
  }

  #offer() {
    part("span").hidden = this.#form.elements.scope.value !== "span";
  }

  /** What the server is asked, and which rows of it are on the screen; null where it is not whole yet. */
  #scope() {
    const { hand, queue, filter } = this.#desk;
    const rows = queue().rows;
    const post = this.#post;
    const { elements } = this.#form;
    switch (elements.scope.value) {
      case "chosen": {
        const posts = [...hand.chosen].map((id) => queue().get(id)).filter(Boolean);
        return [{ posts: posts.map(({ id, version }) => ({ post: id, version })) }, posts];
      }
      case "cluster": return [{ cluster: post.cluster }, rows.filter(({ cluster }) => cluster === post.cluster)];
      case "author": return [{ author: post.author.id }, rows.filter(({ author }) => author.id === post.author.id)];
      case "domain": return [{ domain: post.domain }, rows.filter(({ domain }) => domain === post.domain)];
      case "span": {
        const [from, to] = [elements.from.value, elements.to.value].map((typed) => typed && new Date(typed));
        if (!from || !to || !(from < to)) return null;
        return [{ from: from.toISOString(), to: to.toISOString() }, rows.filter(({ at }) => new Date(at) >= from && new Date(at) < to)];
      }
      default: return [{ filter: Object.fromEntries(chosen(filter().narrow)) }, rows];
    }
  }

  async #decide(verdict) {
    const scope = this.#scope();
    part("span-wrong").hidden = scope !== null;
    if (!scope) return;
    this.#box.close();
    if (scope[0].posts) this.#desk.hand.none();
    await this.#desk.decisions.many(scope[0], verdict, ...scope[1]);
  }

  /** What is here already of theirs is held in portions; the way back is one. */
  async #block(kind) {
    const post = this.#post;
    this.#box.close();
    const what = { side: "block", kind, post: post.id };
    let listed = null;
    const sum = await run(what, async (said) => {
      const answer = await send(`${this.#base}/lists`, said, this.#t);
      if (!answer.ok) return answer;
      ({ listed } = answer.body);
      return { ok: true, body: { ...answer.body, decided: answer.body.held } };
    }, this.#desk.progress);
    this.#desk.progress(null);
    if (sum.bulk && sum.done) this.#desk.done.many(sum.bulk, sum.done, "hold");
    if (!sum.ok) this.#desk.trouble(sum.sentence);
    else this.#desk.told(fill(this.#t.blocked, { what: listed?.value ?? "", n: sum.done }));
  }
}
