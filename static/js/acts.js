// What the desk asks of the server: one POST, one plain answer. Never throws.

/** {ok: true, body} or {ok: false, sentence}: why it was not done, in words for people. */
export async function send(address, what, t) {
  let response;
  try {
    response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(what),
    });
  } catch {
    return { ok: false, sentence: t.not_sent };
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return { ok: true, body };
  if (response.status === 401 || response.status === 403) return { ok: false, sentence: body.error ?? t.signed_out };
  return { ok: false, sentence: body.error ?? (response.status === 409 ? t.already : t.not_sent) };
}
