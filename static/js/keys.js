// j and k lead from post to post, but only for whoever is in the list already: no key is taken from anybody else.

export function walk(list) {
  list.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return;
    const step = { j: 1, k: -1 }[press.key];
    if (!step || press.target.closest("input, textarea, select, [contenteditable]")) return;
    const items = [...list.querySelectorAll(":scope > .tied")];
    const at = items.indexOf(press.target.closest(".tied"));
    const next = items[at === -1 ? 0 : at + step];
    if (!next) return;
    press.preventDefault();
    const link = next.querySelector(".when");
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  });
}
