// How long ago, in the fewest words. Pure.

import { fill } from "./dom.js";

export function ago(seconds, t) {
  if (seconds < 60) return fill(t.seconds_ago, { n: Math.max(0, Math.round(seconds)) });
  if (seconds < 3_600) return fill(t.minutes_ago, { n: Math.round(seconds / 60) });
  if (seconds < 86_400) return fill(t.hours_ago, { n: Math.round(seconds / 3_600) });
  return fill(t.days_ago, { n: Math.round(seconds / 86_400) });
}
