// The instant that the console shows: live, or a moment of the past. Frames and events follow it;
// members, shards and rates are always of now.

import { getHistory } from "./api.js";
import { micros } from "./format.js";

const SECOND = 1e6;
const RANGE = 600 * SECOND;
const RANGE_MIN = 10 * SECOND;
const SETTLE_MS = 150;
const SKEW_IGNORED = 2 * SECOND;

/**
 * Fires "move" with every step of the slider and "settle" once it rests: only then is the server
 * asked. All times are microseconds since the epoch on the server's clock.
 */
export class TimeLine extends EventTarget {
  /** The chosen past moment, or null while live. */
  at = null;
  /** The event that a person asked to see; it is shown although it was written a little later. */
  pinned = null;
  #oldest = null;
  #skew = -Infinity;
  #timer;

  get live() {
    return this.at === null;
  }

  /** Now by the server's clock; only a skew that a person would notice is corrected. */
  get now() {
    const local = Date.now() * 1000;
    return Math.abs(this.#skew) > SKEW_IGNORED && Number.isFinite(this.#skew)
      ? local + this.#skew
      : local;
  }

  /** The earliest moment that the slider reaches: ten minutes ago, or where the data begins. */
  get start() {
    const now = this.now;
    return Math.min(now - RANGE_MIN, Math.max(now - RANGE, this.#oldest ?? 0));
  }

  /**
   * Learns the server's clock from the time of a put that has just arrived. Late arrivals can only
   * make the clock look slow, so the largest difference seen is the truest.
   */
  observe(timestamp) {
    if (timestamp !== null) this.#skew = Math.max(this.#skew, timestamp - Date.now() * 1000);
  }

  seek(at, pinned = null) {
    this.pinned = pinned;
    this.#go(at >= this.now ? null : Math.max(at, this.start));
  }

  backToLive() {
    this.pinned = null;
    this.#go(null);
  }

  /** Asks where the data of these keys begins. Unknown is no error: the slider is then longer. */
  async findOldest(keys) {
    const begins = await Promise.all(keys.map((key) => oldestOf(key).catch(() => null)));
    const known = begins.filter((at) => at !== null);
    this.#oldest = known.length > 0 ? Math.min(...known) : null;
  }

  #go(at) {
    if (at === this.at && this.pinned === null) return;
    this.at = at;
    this.dispatchEvent(new Event("move"));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dispatchEvent(new Event("settle")), at ? SETTLE_MS : 0);
  }
}

async function oldestOf(key) {
  const [first, second] = await getHistory(key, { limit: 2 });
  const at = micros(first?.timestamp);
  // A server that lists the newest first has told nothing about the beginning.
  return at !== null && second && micros(second.timestamp) < at ? null : at;
}
