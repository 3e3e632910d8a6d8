// What is on and what comes, by the moment it is at the server. Pure: rows are those of sessions.json, moments milliseconds.

export function isOn(session, moment) {
  if (!session || moment === null) return false;
  return Date.parse(session.starts_at) <= moment && moment < Date.parse(session.ends_at);
}

/**
 * on: what runs, this screen's room first · next: what comes, together what begins together: [{at, time, rows}], the same
 * room first there too. Without a moment nothing is said to run: `next` is all there is.
 */
export function hours(sessions, moment, room = "") {
  const here = (one) => (room && one.room === room ? 0 : 1);
  const inOrder = (rows) => [...rows].sort((a, b) => here(a) - here(b));
  const on = inOrder(sessions.filter((one) => isOn(one, moment)));
  const coming = sessions.filter((one) => moment === null || Date.parse(one.starts_at) > moment);
  const times = [...new Set(coming.map((one) => one.starts_at))].sort();
  const next = times.map((at) => {
    const rows = inOrder(coming.filter((one) => one.starts_at === at));
    return { at, time: rows[0].time, rows };
  });
  return { on, next };
}

/** "Fri" where this is on another day than the moment, by the event's clock; else "". */
export function otherDay(at, moment, timeZone, lang) {
  if (moment === null) return "";
  try {
    const day = (when) => new Date(when).toLocaleDateString("en-CA", { timeZone });
    if (day(at) === day(moment)) return "";
    return new Date(at).toLocaleDateString(lang, { weekday: "short", timeZone });
  } catch {
    return ""; // a time zone this browser does not know
  }
}
