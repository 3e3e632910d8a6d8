// One key freezes every screen from any page of the house: F, or Alt and F where single letters are turned off at the desk.
// It only freezes. The page it leads to shows which screens have heard, and lets them go on.

const link = document.getElementById("freeze-now");

function single() {
  try {
    return JSON.parse(localStorage.getItem("strand-desk") ?? "{}")?.single !== false;
  } catch {
    return true;
  }
}

addEventListener("keydown", async (press) => {
  if (press.ctrlKey || press.metaKey || press.repeat || press.isComposing) return;
  if (press.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const asked = press.altKey ? press.code === "KeyF" : single() && press.key.toLowerCase() === "f";
  if (!asked) return;
  press.preventDefault();
  await fetch(link.href, {
    method: "POST", credentials: "same-origin", headers: { "content-type": "application/json" }, body: JSON.stringify({ on: true }),
  }).catch(() => {}); // the page says whether they are frozen, and has the button
  location.assign(link.href);
});
