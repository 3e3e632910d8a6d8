// What a page of questions hears and says: the socket tells that something happened, what it means is asked. Acts are forms.

import { Live } from "./live.js";

/** What is hidden leaves its lane at once; of what else is said of questions, soon() asks. */
export function follow({ address, epoch, seq }, lanes, soon) {
  let cursor = { epoch, seq };
  const hear = ({ type, id, post }) => {
    if (type === "drop") lanes.drop(id);
    else if (type === "put" && (post.question || lanes.row(post.id))) {
      lanes.touch(post.id);
      soon();
    } else if (type === "snapshot" || type === "reset") soon();
  };
  new Live({
    address,
    query: { audience: "public", pace: "follow" },
    cursor: () => cursor,
    onFrame: (frame) => {
      cursor = { epoch: frame.epoch, seq: frame.seq };
      frame.messages?.forEach(hear);
    },
  }).start();
}

/** A form sent by hand: what the house answers, or {error: lost}. The pressed button is busy meanwhile. */
export async function send(form, button, lost) {
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  form.dataset.busy = "yes";
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body });
    return await answer.json();
  } catch {
    return { error: lost };
  } finally {
    delete form.dataset.busy;
    button.removeAttribute("aria-busy");
  }
}
