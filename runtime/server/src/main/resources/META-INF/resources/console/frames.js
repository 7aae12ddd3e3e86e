// The wall of live frames: one tile a key under the cameras' prefix, at the chosen moment.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { getKeys } from "./api.js";
import { DASH, micros } from "./format.js";
import { Part } from "./part.js";
import "./frame.js";

const TILES_MAX = 24;

class Frames extends Part {
  static properties = {
    watch: { attribute: false },
    gate: { attribute: false },
    time: { attribute: false },
    events: { attribute: false },
    keys: { state: true },
    trouble: { state: true },
  };

  #search;

  attached() {
    this.keys = null;
    this.watch.on("open", () => this.#list());
    this.watch.on("put", (put) => this.#hear(put));
    this.listen(this.time, "settle", () => this.#list());
  }

  /** Asks which cameras there were; a camera that came later has no tile in the past. */
  async #list() {
    this.#search?.abort();
    const search = new AbortController();
    this.#search = search;
    try {
      const at = this.time.at;
      // One more than is shown tells that there are more.
      const limit = TILES_MAX + 1;
      this.keys = await getKeys(this.watch.prefix, { at, limit, signal: search.signal });
      this.trouble = null;
      await this.updateComplete;
      for (const tile of this.querySelectorAll("squall-frame")) tile.refresh();
      if (this.time.live) this.time.findOldest(this.keys.slice(0, TILES_MAX));
    } catch (trouble) {
      if (!search.signal.aborted) this.trouble = trouble.message;
    }
  }

  #hear(put) {
    this.time.observe(micros(put.timestamp));
    if (!this.time.live || this.keys === null) return;
    const known = this.keys.includes(put.key);
    if (put.deleted) this.keys = this.keys.filter((key) => key !== put.key);
    else if (known) this.#tile(put.key)?.refresh();
    else if (this.keys.length <= TILES_MAX) this.keys = [...this.keys, put.key].sort();
  }

  #tile(key) {
    return [...this.querySelectorAll("squall-frame")].find((tile) => tile.key === key);
  }

  render() {
    const keys = (this.keys ?? []).slice(0, TILES_MAX);
    const more = (this.keys?.length ?? 0) > TILES_MAX;
    return html`
      <section aria-labelledby="frames-title">
        <h2 id="frames-title">
          ${this.time.live ? "Live frames" : "Frames"}
          <span class="soft">
            ${this.keys === null ? "" : keys.length}${more ? `, the first ${TILES_MAX}` : ""}
          </span>
        </h2>
        ${this.trouble ? html`<p class="trouble" role="status">${this.trouble}</p>` : nothing}
        ${this.keys === null && !this.trouble ? html`<p class="empty">${DASH}</p>` : nothing}
        ${this.keys?.length === 0 ? this.#empty() : nothing}
        <div class="wall columns-${columns(keys.length)}">
          ${repeat(
            keys,
            (key) => key,
            (key) => html`
              <squall-frame
                .key=${key}
                .gate=${this.gate}
                .time=${this.time}
                .events=${this.events}
              ></squall-frame>
            `,
          )}
        </div>
      </section>
    `;
  }

  #empty() {
    if (!this.time.live) return html`<p class="empty">No camera had a frame at this moment.</p>`;
    return html`
      <p class="empty">
        No frames yet. Start an edge agent, or put a picture:
        <code>curl -T frame.jpg ${location.origin}/v1/objects${this.watch.prefix}/gate</code>
      </p>
    `;
  }
}

/** One, two and three stand in a row; four make a square; more fill rows of three or four. */
function columns(tiles) {
  if (tiles <= 3) return tiles;
  if (tiles === 4) return 2;
  return tiles <= 9 ? 3 : 4;
}

customElements.define("squall-frames", Frames);
