// Everything that is wrong with the words of a wall: too small, outside the picture, cut off, over each other.
() => {
  const wall = document.getElementById("wall");
  const unit = wall.clientHeight > wall.clientWidth
    ? Math.min(wall.clientWidth / 1080, wall.clientHeight / 1920) : Math.min(wall.clientWidth / 1920, wall.clientHeight / 1080);
  const picture = wall.getBoundingClientRect();
  const faults = [];
  const blocks = new Map();
  const walk = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest(".sr, script")) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    const say = (what) => faults.push(`${what}: "${node.data.trim().slice(0, 50)}" in ${element.className || element.localName}`);
    if (size < 32 * unit - 0.1) say(`only ${(size / unit).toFixed(1)} u`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      if (box.left < picture.left - 1 || box.right > picture.right + 1) say("beside the picture");
      if (box.top + size * 0.2 < picture.top || box.bottom - size * 0.3 > picture.bottom) say("above or below the picture");
      for (let up = element; up !== wall; up = up.parentElement) {
        if (getComputedStyle(up).overflow === "visible") continue;
        const clip = up.getBoundingClientRect();
        const cut = box.bottom - size * 0.4 > clip.bottom || box.top + size * 0.4 < clip.top || box.right > clip.right + 2 || box.left < clip.left - 2;
        if (cut) { say("cut off"); break; }
      }
      const block = element.closest(".telling, .seeing .alt, .of, .newest, .between, .names li, .made-up");
      if (block) {
        const had = blocks.get(block) ?? [Infinity, Infinity, -Infinity, -Infinity];
        blocks.set(block, [Math.min(had[0], box.left), Math.min(had[1], box.top), Math.max(had[2], box.right), Math.max(had[3], box.bottom)]);
      }
    }
  }
  const all = [...blocks];
  all.forEach(([one, a], i) => all.slice(i + 1).forEach(([other, b]) => {
    if (one.contains(other) || other.contains(one)) return;
    const over = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    const across = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    if (over > 12 * unit && across > 2) faults.push(`over each other: "${one.textContent.slice(0, 40)}" and "${other.textContent.slice(0, 40)}"`);
  }));
  for (const more of wall.querySelectorAll(".session .more, .linkcard .more, .alt .more")) {
    const whole = more.parentElement;
    if (whole.checkVisibility() && whole.textContent.trim() === more.textContent.trim()) faults.push(`nothing but its end: ${whole.parentElement.className || whole.localName}`);
  }
  return [...new Set(faults)];
}
