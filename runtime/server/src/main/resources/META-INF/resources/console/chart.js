// One small line chart over time, drawn by uPlot, with the newest values as its legend.

import { html } from "lit";
import uPlot from "uplot";
import { bytes } from "./format.js";
import { Part } from "./part.js";

const HEIGHT_PX = 128;
const SERIES_COLORS = 6;
const AXIS_WIDTH_PX = { rate: 40, bytes: 60 };
const BYTE_STEPS = Array.from({ length: 50 }, (_, power) => 2 ** power);

const dark = window.matchMedia("(prefers-color-scheme: dark)");

class Chart extends Part {
  static properties = {
    heading: { attribute: false },
    times: { attribute: false },
    series: { attribute: false },
    format: { attribute: false },
    span: { attribute: false },
  };

  #plot = null;
  #labels = "";

  attached() {
    this.listen(dark, "change", () => {
      this.#drop();
      this.requestUpdate();
    });
    const size = new ResizeObserver(() => {
      const width = this.#canvas()?.clientWidth ?? 0;
      if (this.#plot && width > 0) this.#plot.setSize({ width, height: HEIGHT_PX });
    });
    size.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#drop();
  }

  render() {
    return html`
      <h3>${this.heading}</h3>
      <ul class="legend">
        ${this.series.map(
          ({ label, values }, i) => html`
            <li>
              <svg viewBox="0 0 8 8" class="swatch s${i % SERIES_COLORS}" aria-hidden="true">
                <rect width="8" height="8" rx="2" />
              </svg>
              ${label} <b>${this.format(values.findLast((value) => value !== null))}</b>
            </li>
          `,
        )}
      </ul>
      <div class="plot" aria-hidden="true"></div>
    `;
  }

  updated() {
    const width = this.#canvas().clientWidth;
    if (width === 0) return;
    const labels = this.series.map((series) => series.label).join("\n");
    if (labels !== this.#labels) this.#drop();
    const data = [this.times, ...this.series.map((series) => series.values.map(plain))];
    if (this.#plot) {
      this.#plot.setData(data);
    } else {
      this.#labels = labels;
      this.#plot = new uPlot(this.#options(width), data, this.#canvas());
    }
  }

  #canvas() {
    return this.querySelector(".plot");
  }

  #drop() {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #options(width) {
    const inBytes = this.format === bytes;
    const style = getComputedStyle(this);
    const color = (name) => style.getPropertyValue(name).trim();
    const font = "11px system-ui, sans-serif";
    const grid = { stroke: color("--line"), width: 1 };
    const axis = { stroke: color("--soft"), font, grid, ticks: { show: false } };
    return {
      width,
      height: HEIGHT_PX,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { range: () => [Date.now() / 1000 - this.span, Date.now() / 1000] },
        y: { range: (_, low, high) => [0, Math.max(1, high * 1.15)] },
      },
      axes: [
        { ...axis, size: 24, space: 70, values: (_, ticks) => ticks.map(minute) },
        {
          ...axis,
          size: inBytes ? AXIS_WIDTH_PX.bytes : AXIS_WIDTH_PX.rate,
          space: 28,
          values: (_, ticks) => ticks.map((tick) => this.format(tick).replace(/\.0(?!\d)/, "")),
          // Steps of ten would fall between the units of 1024 that bytes are told in.
          ...(inBytes ? { incrs: BYTE_STEPS } : {}),
        },
      ],
      series: [
        {},
        ...this.series.map(({ label }, i) => ({
          label,
          stroke: color(`--s${i % SERIES_COLORS}`),
          width: 1.5,
          points: { show: false },
        })),
      ],
    };
  }
}

/** uPlot reads plain numbers; what is none is a gap. */
const plain = (value) => (value === null ? null : Number(value));

function minute(seconds) {
  const at = new Date(seconds * 1000);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

customElements.define("squall-chart", Chart);
