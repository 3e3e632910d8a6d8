// Oldest or newest first, as whoever reads here chose last; their browser keeps it, and nobody else. Not a module: it runs
// before anything is drawn, so that nobody sees one order become the other.
(() => {
  const KEY = "strand-order";
  const asked = new URLSearchParams(location.search);
  const order = asked.get("order");
  try {
    if (order === "newest" || order === "oldest") localStorage.setItem(KEY, order);
    if (order !== null || localStorage.getItem(KEY) !== "newest") return;
  } catch {
    return; // a browser that keeps nothing shows what it was given
  }
  asked.set("order", "newest");
  location.replace(`${location.pathname}?${asked}${location.hash}`);
})();
