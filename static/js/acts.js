// What the desk asks of the server: one request, one plain answer. Never throws.

const PATIENCE = 12_000;

/** {ok: true, body} or {ok: false, sentence, status, body}: why it was not done, in words for people. */
export function send(address, what, t) {
  return ask(address, t, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(what),
  });
}

export function get(address, t) {
  return ask(address, t, { headers: { accept: "application/json" } });
}

async function ask(address, t, how) {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE), ...how });
  } catch {
    return { ok: false, status: 0, body: {}, sentence: t.not_sent };
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return { ok: true, body };
  const { status } = response;
  if (status === 401 || status === 403) return { ok: false, status, body, sentence: body.error ?? t.signed_out };
  return { ok: false, status, body, sentence: body.error ?? (status === 409 ? t.already : t.not_sent) };
}
