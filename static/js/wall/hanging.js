// Which pictures hang on the line next, and how large: pure. Every person has a turn before anybody has a second one,
// however many pictures they sent; on the line they hang in the order they were said.

const MOST = 3; // at once: what hangs there is to be looked at
const NARROW = 0.62; // a tower is cut around its focal point, and so is a ribbon
const WIDE = 1.9;
const SEEN = ["image", "video", "gifv"]; // of what moves there is the still

/** Every picture that may hang in a hall, in the order of saying. Nothing covered, nothing marked, nothing lost. */
export function pictures(posts, lost = new Set()) {
  return posts.filter((post) => !post.cover && !post.sensitive).flatMap((post) =>
    post.media
      .map((item, n) => ({ key: `${post.id}/${n}`, who: person(post), post, item, shape: shape(item) }))
      .filter(({ item }) => item.src && SEEN.includes(item.kind) && !lost.has(item.src)),
  );
}

function person({ id, author }) {
  return author.id === null ? `p${id}` : `a${author.id}`;
}

/** Width to height, as it hangs. */
export function shape({ width, height }) {
  if (!(width > 0 && height > 0)) return 1.5;
  return Math.min(WIDE, Math.max(NARROW, width / height));
}

/** Who hung how often. */
export class Turns {
  #pictures = new Map();
  #people = new Map();

  note(hung) {
    for (const { key } of hung) this.#pictures.set(key, this.of(this.#pictures, key) + 1);
    for (const who of new Set(hung.map((one) => one.who))) this.#people.set(who, this.of(this.#people, who) + 1);
  }

  of(kept, key) {
    return kept.get(key) ?? 0;
  }

  /** The pictures to hang next: fits(list) says whether these have room together. Of nobody two, while somebody waits. */
  next(all, fits) {
    this.#forget(all);
    const chosen = [];
    for (let round = 0; round < MOST; round += 1) {
      for (const who of this.#waiting(all)) {
        const [first] = this.#best(all.filter((one) => one.who === who && !chosen.includes(one)));
        if (chosen.length < MOST && first && fits([...chosen, first])) chosen.push(first);
      }
    }
    return all.filter((one) => chosen.includes(one));
  }

  /** A wall runs all day: who left its strand is not kept. */
  #forget(all) {
    const [keys, people] = [new Set(all.map(({ key }) => key)), new Set(all.map(({ who }) => who))];
    for (const key of this.#pictures.keys()) if (!keys.has(key)) this.#pictures.delete(key);
    for (const who of this.#people.keys()) if (!people.has(who)) this.#people.delete(who);
  }

  #waiting(all) {
    const people = [...new Set(all.map((one) => one.who))];
    return sorted(people, (who) => this.of(this.#people, who));
  }

  /** What hung least comes first, and what somebody has described before what nobody has. */
  #best(mine) {
    return sorted(mine, ({ key, item }) => this.of(this.#pictures, key) * 2 + (item.alt ? 0 : 1));
  }
}

/** Steady: what is equal stays in its order. */
function sorted(list, by) {
  return [...list].sort((a, b) => by(a) - by(b));
}

/* Where they hang, in units of the stage. */

const LYING = { left: 64, width: 1792, top: 232, gap: 64, least: 430, most: 590, words: 350, foot: 1016 };
const ASIDE = 36; // between a picture and words beside it
const UPRIGHT = { left: 196, width: 820, tops: [310, 1120], room: 710, high: 500 };

/** Whether these have room beside each other, or below each other, and their captions too. */
export function fits(list, upright) {
  if (upright) return list.length <= UPRIGHT.tops.length;
  return list.length === 1 || (rowHeight(list) >= LYING.least && inARow(list).every(({ caption }) => caption >= LYING.words));
}

function rowHeight(list) {
  const whole = list.reduce((sum, one) => sum + one.shape, 0);
  return Math.min(LYING.most, (LYING.width - LYING.gap * (list.length - 1)) / whole);
}

/** [{x, y, width, height, beside, caption, room}]: each picture's place; how wide its caption is, and how high it may be. */
export function places(list, upright) {
  return upright ? below(list) : list.length === 1 ? alone(list[0]) : inARow(list);
}

/** From edge to edge. What room is left goes to the words of the narrowest: they stand beside their picture. */
function inARow(list) {
  const height = rowHeight(list);
  const widths = list.map((one) => one.shape * height);
  const free = LYING.width - widths.reduce((sum, width) => sum + width, 0) - LYING.gap * (list.length - 1);
  const many = Math.max(0, Math.min(list.length, Math.floor(free / (LYING.words + ASIDE))));
  const narrow = [...widths.keys()].sort((a, b) => widths[a] - widths[b]).slice(0, many);
  const gap = LYING.gap + (many ? 0 : free / (list.length - 1));
  let x = LYING.left;
  return widths.map((width, i) => {
    const beside = narrow.includes(i);
    const caption = beside ? free / many - ASIDE : width + (i < list.length - 1 ? Math.min(gap - 48, 160) : 0);
    const place = { x, y: LYING.top, width, height, beside, caption, room: beside ? height : LYING.foot - LYING.top - height - 20 };
    x += width + (beside ? caption + ASIDE : 0) + gap;
    return place;
  });
}

/** One picture has the wall to itself: large, its words beside it. */
function alone({ shape: wide }) {
  const height = Math.min(780, 1120 / wide);
  const width = height * wide;
  return [{ x: 120, y: LYING.top, width, height, beside: true, caption: 1920 - 120 - width - ASIDE - 90, room: 780 }];
}

function below(list) {
  const { left, width, tops, room, high } = UPRIGHT;
  return list.map((one, i) => {
    const tall = one.shape < 1;
    const height = tall ? room - 80 : Math.min(high, width / one.shape);
    const wide = tall ? Math.min(height * one.shape, 470) : Math.min(width, height * one.shape);
    const space = list.length === 1 ? room + 500 : room;
    return {
      x: left, y: tops[i] + (list.length === 1 ? 180 : 0), width: wide, height, beside: tall,
      caption: tall ? width - wide - ASIDE : width, room: tall ? height : space - height - 20,
    };
  });
}
