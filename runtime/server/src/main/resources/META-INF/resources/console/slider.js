// The time slider: the last ten minutes, with a mark for every event that is known.

import { html } from "lit";
import { clock, span } from "./format.js";
import { Part } from "./part.js";

const STEP_MS = 100;
const TICK_MS = 1_000;
const MARKS_INTERVAL_MS = 500;
// How far each key moves, in seconds. Arrow keys would else move by a single step.
const KEYS = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -30,
  PageUp: 30,
};

class Slider extends Part {
  static properties = { time: { attribute: false }, events: { attribute: false } };

  attached() {
    this.listen(this.time, "move", () => this.requestUpdate());
    this.every(TICK_MS, () => this.requestUpdate());
    this.every(MARKS_INTERVAL_MS, () => this.#drawMarks());
  }

  render() {
    const { time } = this;
    const now = Math.floor(time.now / 1000);
    const from = Math.floor(time.start / 1000);
    const value = time.live ? now : time.at / 1000;
    const words = time.live ? "live" : `${clock(time.at)}, ${span(time.now - time.at)} ago`;
    return html`
      <nav class="time ${time.live ? "live" : "past"}" aria-label="Time">
        <button @click=${() => this.#move(-1)} aria-label="One second back">−1 s</button>
        <div class="track">
          <canvas aria-hidden="true"></canvas>
          <input
            type="range"
            aria-label="Moment shown"
            aria-valuetext=${words}
            .min=${String(from)}
            .max=${String(now)}
            step=${STEP_MS}
            .value=${String(value)}
            @input=${(event) => this.#chosen(event.target)}
            @keydown=${(event) => this.#key(event)}
          />
          <span class="ends soft" aria-hidden="true">
            <span>${clock(from * 1000).slice(0, 8)}</span><span>now</span>
          </span>
        </div>
        <button
          @click=${() => this.#move(1)}
          ?disabled=${time.live}
          aria-label="One second forward"
        >
          +1 s
        </button>
        <output>${time.live ? clock(time.now).slice(0, 8) : clock(time.at)}</output>
        <button class="strong" ?disabled=${time.live} @click=${() => time.backToLive()}>
          Back to live
        </button>
      </nav>
    `;
  }

  #chosen(input) {
    const atEnd = input.valueAsNumber > Number(input.max) - STEP_MS;
    if (atEnd) this.time.backToLive();
    else this.time.seek(input.valueAsNumber * 1000);
  }

  #move(seconds) {
    const from = this.time.at ?? this.time.now;
    this.time.seek(from + seconds * 1e6);
  }

  #key(event) {
    if (event.key === "End") this.time.backToLive();
    else if (event.key === "Home") this.time.seek(this.time.start);
    else if (event.key in KEYS) this.#move(KEYS[event.key] * (event.shiftKey ? 10 : 1));
    else return;
    event.preventDefault();
  }

  #drawMarks() {
    const canvas = this.querySelector("canvas");
    if (!canvas || canvas.clientWidth === 0) return;
    const dots = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * dots);
    canvas.height = Math.round(canvas.clientHeight * dots);
    const pen = canvas.getContext("2d");
    pen.fillStyle = getComputedStyle(canvas).color;
    const { start, now } = this.time;
    for (const row of this.events.rows) {
      if (row.timestamp === null || row.timestamp < start) continue;
      const x = ((row.timestamp - start) / (now - start)) * canvas.width;
      pen.globalAlpha = 0.25 + 0.6 * Math.min(1, Math.max(0, Number(row.score ?? 0)));
      pen.fillRect(Math.round(x), 0, Math.max(1, dots), canvas.height);
    }
  }
}

customElements.define("squall-slider", Slider);
