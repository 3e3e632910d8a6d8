// Put into a wall's page before its own scripts: time that the test hands out, a day of posts, and a note of every frame.
// Each real frame is given some seconds of the day: timers that are due run, posts come, then the browser paints. A slow
// frame only makes the day longer, so that no silence is made up. Needs window.plan: {templates, hours, posts, step, until}.

(() => {
  const { plan } = window;
  const real = { now: performance.now.bind(performance), frame: requestAnimationFrame.bind(window) };
  const BEGINS = Date.parse("2026-06-12T07:00:00Z");
  const HOUR = 3_600_000;
  const HEARTBEAT = 5_000;
  const FRAME = 1_000 / 60;

  let now = 0; // milliseconds of the day
  let number = 0;
  let timers = new Map(); // number to {due, act, every}
  let frames = new Map();

  performance.now = () => now;
  Date.now = () => BEGINS + now;
  window.setTimeout = (act, wait = 0, ...given) => later(act, wait, given, null);
  window.setInterval = (act, wait = 0, ...given) => later(act, wait, given, Math.max(1, wait));
  window.clearTimeout = window.clearInterval = (one) => timers.delete(one);
  window.requestAnimationFrame = (act) => (frames.set(++number, act), number);
  window.cancelAnimationFrame = (one) => frames.delete(one);

  function later(act, wait, given, every) {
    timers.set(++number, { due: now + Math.max(0, Number(wait) || 0), act: () => act(...given), every });
    return number;
  }

  /** Every timer that is due until then, each at its moment. */
  function forward(until) {
    for (;;) {
      let next = null;
      for (const [one, timer] of timers) if (timer.due <= until && (!next || timer.due < next.timer.due)) next = { one, timer };
      if (!next) break;
      now = Math.max(now, next.timer.due);
      if (next.timer.every === null) timers.delete(next.one);
      else next.timer.due = now + next.timer.every;
      try {
        next.timer.act();
      } catch (error) {
        day.wrong.push(String(error));
      }
    }
    now = until;
  }

  /* what is said */
  let seq = 1;
  let said = 0;
  const iso = (at) => new Date(BEGINS + at).toISOString();

  function post(n) {
    const template = plan.templates[n % plan.templates.length];
    const [date, time] = iso(now).slice(0, -1).split("T");
    const id = 10_000 + n;
    return {
      ...template, id, order: `${date.replaceAll("-", "")}T${time.replaceAll(":", "")}000-${String(id).padStart(10, "0")}`,
      at: `${date}T${time.slice(0, 8)}Z`, time: time.slice(0, 5), day: date, first: n % 4 === 0, url: `/harbour/posts/${id}`,
      author: { ...template.author, id: 1 + ((n * 7_919) % 3_000) },
    };
  }

  const recent = [];

  function put(n) {
    const one = post(n);
    recent.push(one);
    if (recent.length > 50) recent.shift();
    return { type: "put", post: one };
  }

  /** Now and then somebody takes something back, or mends it. */
  function afterthought(n) {
    const one = recent[(n * 31) % recent.length];
    if (n % 40 === 20) return [{ type: "drop", id: recent.splice(recent.indexOf(one), 1)[0].id }];
    return n % 40 === 0 ? [{ type: "put", post: { ...one, edited: true } }] : [];
  }

  function say(messages) {
    if (!messages.length || window.socket?.readyState !== 1) return;
    seq += 1;
    window.socket.say({ epoch: "a", seq, messages });
    if (window.socket.sent.length > 200) window.socket.sent.splice(0, 100); // it is ours, and shall not count
  }

  /** How many should have been said by now: quiet and busy hours, as a day has them. */
  function due() {
    const share = Math.min(1, now / (plan.hours * HOUR));
    return Math.floor(plan.posts * (share - Math.sin(share * plan.hours * 2 * Math.PI) / (2 * Math.PI * plan.hours)));
  }

  function talk() {
    if (window.socket?.readyState !== 1) return;
    const messages = [];
    for (; said < due() && !day.ended; said += 1) messages.push(put(said), ...afterthought(said));
    say(messages);
  }

  /** `many` new posts, one after the other within a second of real time. */
  function burst(many) {
    const began = real.now();
    let done = 0;
    const go = () => {
      const wanted = Math.min(many, Math.ceil(((real.now() - began) / 1_000) * many));
      for (; done < wanted; done += 1) say([put(said++)]);
      if (done < many) real.frame(go);
      else day.bursts += 1;
    };
    real.frame(go);
  }

  /* what is noted */
  const day = (window.day = {
    plan, wrong: [], frames: 0, longest: 0, dropped: 0, over: 0, nodes: 0, bursts: 0, ended: false, burst, now: () => now,
    forget() { Object.assign(day, { frames: 0, longest: 0, dropped: 0, over: 0 }); },
    get said() { return said; },
  });
  let last = null;

  function frame() {
    const at = real.now();
    if (last !== null) note(at - last);
    last = at;
    if (now < plan.until) {
      forward(Math.min(plan.until, now + plan.step));
      const acts = [...frames.values()];
      frames = new Map();
      for (const act of acts) act(now);
    } else last = null; // whoever waits drops no frames
    real.frame(frame);
  }

  function note(took) {
    day.frames += 1;
    day.longest = Math.max(day.longest, took);
    day.dropped += Math.max(0, Math.round(took / FRAME) - 1);
    if (took > 50) day.over += 1;
    if (day.frames % 10 === 0) day.nodes = Math.max(day.nodes, document.body.getElementsByTagName("*").length);
  }

  window.setInterval(talk, 250);
  window.setInterval(() => window.socket?.readyState === 1 && window.socket.say({ epoch: "a", seq, messages: [{ type: "heartbeat", now: iso(now) }] }), HEARTBEAT);
  real.frame(frame);
})();
