// Whether a post belongs on the page that is open, as far as that can be told by looking at it. Pure.

/**
 * `narrow`: what the page is narrowed to · `blind`: it is narrowed to something only the server can tell (words, a tag)
 * `ceiling`: the last post's order where the page ends before the newest, else null. True, false, or null: cannot be told.
 */
export function belongs(post, { narrow = {}, blind = false, ceiling = null }) {
  if (ceiling !== null && post.order > ceiling) return false;
  if (narrow.questions && !post.question) return false;
  if (narrow.pictures && !post.media.some(({ kind }) => kind !== "audio")) return false;
  if (narrow.network && !post.networks.includes(narrow.network)) return false;
  if (narrow.language && base(post.lang) !== base(narrow.language)) return false;
  if (narrow.session && post.session?.id !== narrow.session) return false;
  if (narrow.author && post.author.id !== narrow.author) return false;
  return blind ? null : true;
}

/** German is German, also in Austria. */
function base(language) {
  return (language ?? "").split(/[-_]/)[0].toLowerCase();
}
