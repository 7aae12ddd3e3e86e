// One camera: its picture at the chosen moment and the boxes that belong to exactly that picture.
//
// A put only marks the tile; the tile itself asks for the newest picture, one request at a time and
// at most ten a second. So a fast camera or a slow network costs frames, never a growing queue.

import { html, nothing } from "lit";
import { getObject } from "./api.js";
import { clock, lastElement, text } from "./format.js";
import { Part } from "./part.js";
import { decode, drawBoxes, fade, paint } from "./picture.js";

const INTERVAL_MIN_MS = 100;
const RETRY_MS = 2_000;

class Frame extends Part {
  static properties = {
    key: { attribute: false },
    gate: { attribute: false },
    time: { attribute: false },
    events: { attribute: false },
    shown: { state: true },
    trouble: { state: true },
  };

  #wanted = true;
  #visible = false;
  #asked = -Infinity;
  #timer;
  #request = null;

  attached() {
    this.dataset.camera = lastElement(this.key);
    const seen = new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      this.#pump();
    });
    seen.observe(this);
    const size = new ResizeObserver(() => this.#overlay());
    size.observe(this);
    this.listen(this.events, "event", ({ detail }) => {
      if (detail.camera === lastElement(this.key)) this.#overlay();
    });
    this.listen(this.events, "change", () => this.time.live || this.#overlay());
    this.#pump();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  /** Marks the picture as stale. A request for another moment is given up. */
  refresh() {
    this.#wanted = true;
    if (this.#request && this.#request.at !== this.time.at) this.#request.abort();
    this.#pump();
  }

  #pump() {
    if (!this.#wanted || !this.#visible || this.#request || !this.isConnected) return;
    clearTimeout(this.#timer);
    const wait = this.#asked + INTERVAL_MIN_MS - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#pump(), wait);
    else this.#ask();
  }

  async #ask() {
    const request = new AbortController();
    request.at = this.time.at;
    this.#request = request;
    this.#wanted = false;
    this.#asked = performance.now();
    try {
      const signal = request.signal;
      const object = await this.gate.pass(() => getObject(this.key, { at: request.at, signal }));
      const bitmap = await decode(object.bytes);
      if (!request.signal.aborted) this.#show(object, bitmap);
    } catch (trouble) {
      if (!request.signal.aborted) this.#failed(trouble);
    } finally {
      this.#request = null;
      this.#pump();
    }
  }

  #show({ version, timestamp, bytes }, bitmap) {
    this.trouble = bitmap ? null : `not a picture (${bytes.byteLength} bytes)`;
    if (bitmap) {
      paint(this.querySelector("canvas.picture"), bitmap);
      bitmap.close();
    }
    this.shown = { version, timestamp };
    this.#overlay();
  }

  /** A key that is not there stays so until the next put; anything else is worth another try. */
  #failed(trouble) {
    this.trouble = trouble.message;
    if (trouble.status === 404) return;
    this.#timer = setTimeout(() => this.refresh(), RETRY_MS);
  }

  #overlay() {
    const picture = this.querySelector("canvas.picture");
    if (!picture || !this.shown || this.trouble) return;
    const { version, timestamp } = this.shown;
    const event = this.events.forFrame(lastElement(this.key), version);
    const exact = event !== null && event.frame === version;
    const strength = event === null ? 0 : exact ? 1 : fade(timestamp, event.time);
    const overlay = this.querySelector("canvas.boxes");
    const color = getComputedStyle(overlay).color;
    const boxes = drawBoxes(overlay, picture, event?.boxes ?? [], strength, color);
    this.dataset.boxes = boxes;
    this.dataset.match = strength === 0 ? "none" : exact ? "exact" : "earlier";
  }

  render() {
    const name = lastElement(this.key);
    const { version, timestamp } = this.shown ?? {};
    return html`
      <figure data-version=${version ?? nothing}>
        <div class="screen ${this.trouble ? "dim" : ""}">
          <canvas class="picture" width="16" height="9" role="img" aria-label="Frame of ${name}">
          </canvas>
          <canvas class="boxes" width="16" height="9" aria-hidden="true"></canvas>
          ${this.trouble ? html`<p class="trouble" role="status">${this.trouble}</p>` : nothing}
        </div>
        <figcaption>
          <b title=${this.key}>${name}</b>
          <span class="soft">
            <span class="version">v${text(version)}</span>
            <time>${clock(timestamp)}</time>
          </span>
        </figcaption>
      </figure>
    `;
  }
}

customElements.define("squall-frame", Frame);
