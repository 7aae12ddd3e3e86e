// What happens a second, over the last two minutes. Pool rates are the cluster's own figures;
// frames and events are counted here, as they arrive.

import { html } from "lit";
import { bytes, rate } from "./format.js";
import { Part } from "./part.js";
import "./chart.js";

const SPAN_S = 120;
const TICK_MS = 1_000;
const POOLS_MAX = 6;

/** A sample a second, at most two minutes of them. A missing figure is a gap, not a zero. */
export class RateWindow extends EventTarget {
  #samples = [];
  #pools = [];
  #counted = [0, 0];
  #since = performance.now();
  #fresh = false;

  constructor(cameras, found) {
    super();
    this.watches = [cameras, found];
    this.watches.forEach((watch, i) => watch.on("put", () => this.#counted[i]++));
    setInterval(() => this.#sample(), TICK_MS);
  }

  learn(pools) {
    this.#pools = Array.isArray(pools) ? pools : [];
    this.#fresh = true;
  }

  #sample() {
    const seconds = (performance.now() - this.#since) / 1000;
    this.#since = performance.now();
    const counted = this.watches.map((watch, i) =>
      watch.standing ? this.#counted[i] / seconds : null,
    );
    this.#counted = [0, 0];
    const time = Date.now() / 1000;
    this.#samples.push({ time, counted, pools: this.#fresh ? this.#pools : [] });
    this.#fresh = false;
    while (this.#samples[0].time < time - SPAN_S) this.#samples.shift();
    this.dispatchEvent(new Event("change"));
  }

  get times() {
    return this.#samples.map((sample) => sample.time);
  }

  /** One series a pool: its figure of that name. */
  ofPools(figure) {
    const names = this.#pools.map((pool) => pool?.name).filter((name) => typeof name === "string");
    return names.slice(0, POOLS_MAX).map((label) => ({
      label,
      values: this.#samples.map(
        (sample) => sample.pools.find((pool) => pool?.name === label)?.[figure] ?? null,
      ),
    }));
  }

  get seen() {
    return ["frames", "events"].map((label, i) => ({
      label,
      values: this.#samples.map((sample) => sample.counted[i]),
    }));
  }
}

class Rates extends Part {
  static properties = { rates: { attribute: false } };

  attached() {
    this.listen(this.rates, "change", () => this.requestUpdate());
  }

  render() {
    const { rates } = this;
    return html`
      <section aria-labelledby="rates-title">
        <h2 id="rates-title">Rates <span class="soft">last two minutes</span></h2>
        <div class="charts">
          ${this.#chart("Puts/s", rates.ofPools("putsPerSecond"), rate)}
          ${this.#chart("Seen here/s", rates.seen, rate)}
          ${this.#chart("Bytes/s", rates.ofPools("bytesPerSecond"), bytes)}
        </div>
      </section>
    `;
  }

  #chart(title, series, format) {
    return html`<squall-chart
      .heading=${title}
      .times=${this.rates.times}
      .series=${series}
      .format=${format}
      .span=${SPAN_S}
    ></squall-chart>`;
  }
}

customElements.define("squall-rates", Rates);
