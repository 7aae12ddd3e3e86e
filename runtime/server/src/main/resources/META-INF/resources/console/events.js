// The events that UDLs found, each fetched once: a list for people, newest first, and for each
// camera what to draw on which frame.

import { getHistory, getKeys, getObject, parseJson, version } from "./api.js";
import { lastElement, micros } from "./format.js";

const ROWS_MAX = 200;
const WAITING_MAX = 32;
const FETCHES_MAX = 2;
const BACKFILL_KEYS_MAX = 8;
const BACKFILL_EVENTS_PER_KEY = 25;
const BACKFILL_SPAN = 60e6;
const BACKFILL_VERSIONS_MAX = 1000;

/**
 * Follows a watch of the events. Fires "change" when the rows are others, and "event" with a row as
 * its detail as soon as one is known. A row is
 * `{id, key, name, version, timestamp, camera, frame, time, score, boxes, body, trouble}`.
 */
export class EventLog extends EventTarget {
  /** How many events were passed over because more came than could be fetched. */
  skipped = 0;
  /** Whether the node has been asked what there is: until then an empty list means nothing. */
  asked = false;
  #live = [];
  #past = [];
  #known = new Set();
  #waiting = [];
  #fetching = 0;
  #search;

  constructor(watch, gate, time) {
    super();
    this.gate = gate;
    this.time = time;
    watch.on("open", () => this.#fillLive(watch.prefix));
    watch.on("put", (put) => this.#hear(put));
    time.addEventListener("settle", () => this.#follow(watch.prefix));
  }

  /** The rows to list at the chosen moment. */
  get rows() {
    return this.time.live ? this.#live : this.#past;
  }

  /**
   * What to draw on a frame: the event that was found in exactly this version, or else the one of
   * the nearest earlier frame. Null when there is none.
   */
  forFrame(camera, frame) {
    let best = null;
    for (const row of this.rows) {
      if (row.camera !== camera || row.frame === null || row.frame > frame) continue;
      if (best === null || row.frame > best.frame) best = row;
    }
    return best;
  }

  #hear(put) {
    this.time.observe(micros(put.timestamp));
    if (put.deleted) return;
    this.#waiting.push(put);
    if (this.#waiting.length > WAITING_MAX) {
      this.#waiting.shift();
      this.skipped++;
    }
    this.#fetchWaiting();
  }

  /** Newest first, so that a burst never delays what is happening now. */
  async #fetchWaiting() {
    if (this.#fetching >= FETCHES_MAX) return;
    this.#fetching++;
    while (this.#waiting.length > 0) {
      const put = this.#waiting.pop();
      if (!this.#known.has(idOf(put.key, put.version))) this.#addLive(await this.#fetch(put));
    }
    this.#fetching--;
  }

  async #fetch(put, signal) {
    try {
      return rowOf(
        put,
        await this.gate.pass(() => getObject(put.key, { version: put.version, signal })),
      );
    } catch (trouble) {
      return rowOf(put, null, trouble.message);
    }
  }

  #addLive(row) {
    if (this.#known.has(row.id)) return;
    this.#known.add(row.id);
    insert(this.#live, row);
    while (this.#live.length > ROWS_MAX) this.#known.delete(this.#live.pop().id);
    if (this.time.live) this.#tell(row);
  }

  #has(id) {
    return this.time.live ? this.#known.has(id) : this.#past.some((row) => row.id === id);
  }

  #tell(row) {
    this.dispatchEvent(new CustomEvent("event", { detail: row }));
    this.dispatchEvent(new Event("change"));
  }

  async #fillLive(prefix) {
    try {
      await this.#backfill(prefix, null, undefined, (row) => this.#addLive(row));
      this.asked = true;
      this.dispatchEvent(new Event("change"));
    } catch {
      // The stream goes on and the banner names a node that is away; old rows can wait.
    }
  }

  /** Fills the list of the chosen past moment; a move in between gives this search up. */
  async #follow(prefix) {
    this.#search?.abort();
    const { at, pinned } = this.time;
    if (at === null) {
      this.#past = [];
      this.dispatchEvent(new Event("change"));
      return;
    }
    const search = new AbortController();
    this.#search = search;
    this.#past = this.#live.filter((row) => row.timestamp !== null && row.timestamp <= at);
    if (pinned && !this.#past.includes(pinned)) insert(this.#past, pinned);
    this.dispatchEvent(new Event("change"));
    try {
      await this.#backfill(prefix, at, search.signal, (row) => {
        if (this.#has(row.id)) return;
        insert(this.#past, row);
        this.#past.length = Math.min(this.#past.length, ROWS_MAX);
        this.#tell(row);
      });
    } catch (trouble) {
      if (!search.signal.aborted) console.info(`events at ${at}: ${trouble.message}`);
    }
  }

  /** The newest events of every key, at a moment or now, and those of the minute before them. */
  async #backfill(prefix, at, signal, found) {
    const keys = await getKeys(prefix, { at, limit: BACKFILL_KEYS_MAX, signal });
    const one = async (key) => {
      const newest = await this.gate.pass(() => getObject(key, { at, signal }));
      const row = rowOf({ key, ...newest }, newest);
      found(row);
      if (row.timestamp === null) return;
      const history = await getHistory(key, {
        from: row.timestamp - BACKFILL_SPAN,
        to: row.timestamp,
        limit: BACKFILL_VERSIONS_MAX,
        signal,
      });
      const before = history.filter((entry) => !entry.deleted && entry.version < row.version);
      for (const entry of before.slice(-BACKFILL_EVENTS_PER_KEY).reverse()) {
        if (this.#has(idOf(key, entry.version))) continue;
        const earlier = await this.#fetch({ key, ...entry }, signal);
        if (signal?.aborted) return;
        found(earlier);
      }
    };
    await Promise.all(keys.map(one));
  }
}

const idOf = (key, atVersion) => `${key}@${atVersion}`;

/** Reads an event; whatever its author left out or wrote differently stays null or empty. */
function rowOf(put, object, trouble = null) {
  const row = {
    id: idOf(put.key, put.version),
    key: put.key,
    name: lastElement(put.key),
    version: put.version,
    timestamp: micros(put.timestamp),
    camera: lastElement(put.key),
    frame: null,
    time: null,
    score: null,
    boxes: [],
    body: null,
    trouble,
  };
  if (object === null) return row;
  try {
    row.body = parseJson(new TextDecoder().decode(object.bytes));
  } catch {
    row.trouble = "not JSON";
    return row;
  }
  row.camera = lastElement(row.body?.camera ?? row.name);
  row.frame = version(row.body?.frame);
  row.time = micros(row.body?.time);
  row.score = row.body?.score ?? null;
  row.boxes = Array.isArray(row.body?.boxes) ? row.body.boxes.filter(isBox) : [];
  return row;
}

function isBox(box) {
  return [box?.x, box?.y, box?.w, box?.h].every((side) => Number.isFinite(side));
}

/** Keeps rows newest first; a late one finds its place from the top, where it almost is. */
function insert(rows, row) {
  const moment = row.timestamp ?? 0;
  const place = rows.findIndex((other) => (other.timestamp ?? 0) <= moment);
  if (place < 0) rows.push(row);
  else rows.splice(place, 0, row);
}
