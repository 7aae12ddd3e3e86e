// Staying in touch with a node: repeated questions, live streams, and one place that knows what is
// wrong right now. Both kinds pause while the page is hidden: a browser opens at most six
// connections to one HTTP/1.1 server, and a forgotten tab must not hold two of them.

import { parseJson } from "./api.js";

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 15_000;

const backoff = (failures) => Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (failures - 1));

/** What does not work at the moment, by source. Fires "change", and "retry" when asked to. */
export class Troubles extends EventTarget {
  #current = new Map();

  /** One entry a source, oldest first: `{source, reason, retryAt}`, the time in epoch ms. */
  get list() {
    return [...this.#current.values()];
  }

  report(source, reason, retryInMs) {
    this.#current.set(source, { source, reason, retryAt: Date.now() + retryInMs });
    this.dispatchEvent(new Event("change"));
  }

  clear(source) {
    if (this.#current.delete(source)) this.dispatchEvent(new Event("change"));
  }

  retryNow() {
    this.dispatchEvent(new Event("retry"));
  }
}

/** Does something again and again while the page is seen; waits longer after each failure. */
class Repeated {
  #timer;
  #running = false;
  #failures = 0;

  constructor(troubles, source) {
    this.troubles = troubles;
    this.source = source;
    troubles.addEventListener("retry", () => this.#failures > 0 && this.again(0));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.rest();
      else this.go();
    });
  }

  go() {
    if (this.#running || document.hidden) return;
    this.#running = true;
    this.attempt();
  }

  rest() {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  again(inMs) {
    clearTimeout(this.#timer);
    if (this.#running) this.#timer = setTimeout(() => this.attempt(), inMs);
  }

  succeeded() {
    this.#failures = 0;
    this.troubles.clear(this.source);
  }

  failed(reason) {
    const wait = backoff(++this.#failures);
    this.troubles.report(this.source, reason, wait);
    this.again(wait);
  }
}

/** Asks a question at an interval; one at a time, so a slow node is never asked twice at once. */
export class Poll extends Repeated {
  #asking = false;

  constructor(troubles, source, intervalMs, ask) {
    super(troubles, source);
    this.intervalMs = intervalMs;
    this.ask = ask;
  }

  async attempt() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      await this.ask();
      this.succeeded();
      this.again(this.intervalMs);
    } catch (trouble) {
      this.failed(trouble.message);
    } finally {
      this.#asking = false;
    }
  }
}

/**
 * The puts and deletes under a prefix, as they are ordered. Fires "open" when the stream stands,
 * also after it was away (the browser then resumes it with Last-Event-ID; whoever listens lists
 * the keys anew, so that nothing is missed even when the node cannot resume), and "put" with
 * `{key, version, timestamp, size, deleted}` as its detail.
 */
export class Watch extends Repeated {
  #stream;
  #events = new EventTarget();

  constructor(troubles, prefix) {
    super(troubles, `stream of ${prefix}`);
    this.prefix = prefix;
  }

  on(kind, listener) {
    this.#events.addEventListener(kind, (event) => listener(event.detail));
  }

  get standing() {
    return this.#stream?.readyState === EventSource.OPEN;
  }

  attempt() {
    this.#stream?.close();
    const stream = new EventSource(`/v1/watch?prefix=${encodeURIComponent(this.prefix)}`);
    this.#stream = stream;
    stream.onopen = () => {
      this.succeeded();
      this.#events.dispatchEvent(new CustomEvent("open"));
    };
    stream.onerror = () => {
      if (stream !== this.#stream) return;
      // Still connecting: the browser tries again by itself. Closed: it has given up.
      if (stream.readyState === EventSource.CLOSED) this.failed("the node refused the stream");
      else this.troubles.report(this.source, "the connection broke off", BACKOFF_FIRST_MS);
    };
    stream.addEventListener("put", (event) => this.#deliver(event.data));
    stream.addEventListener("delete", (event) => this.#deliver(event.data));
  }

  rest() {
    super.rest();
    this.#stream?.close();
    this.#stream = undefined;
  }

  #deliver(data) {
    let put;
    try {
      put = parseJson(data);
    } catch {
      this.troubles.report(this.source, `a message is not JSON: ${data.slice(0, 80)}`, 0);
      return;
    }
    if (typeof put?.key !== "string") return;
    if (!put.key.startsWith("/")) put.key = `/${put.key}`;
    this.#events.dispatchEvent(new CustomEvent("put", { detail: put }));
  }
}

/** At most `width` things at once; the rest wait in order. Keeps connections free for questions. */
export class Gate {
  #free;
  #waiting = [];

  constructor(width) {
    this.#free = width;
  }

  async pass(work) {
    if (this.#free > 0) this.#free--;
    else await new Promise((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
