// The console: one page that joins a node's answers, its streams and the parts that show them. This
// is the only module that knows all the others; the way of the data reads in the constructor.

import { html } from "lit";
import { getHealth, getJson } from "./api.js";
import { EventLog } from "./events.js";
import { Gate, Poll, Troubles, Watch } from "./link.js";
import { Part } from "./part.js";
import { RateWindow } from "./rates.js";
import { TimeLine } from "./time.js";
import "./banner.js";
import "./edge.js";
import "./event-list.js";
import "./frames.js";
import "./header.js";
import "./members.js";
import "./rates.js";
import "./shards.js";
import "./slider.js";
import "./udls.js";

const CAMERAS = "/cameras";
const EVENTS = "/events";
const CLUSTER_INTERVAL_MS = 1_000;
const SLOW_INTERVAL_MS = 5_000;
const OBJECT_REQUESTS_MAX = 3;

class Console extends Part {
  static properties = {
    cluster: { state: true },
    health: { state: true },
    udls: { state: true },
    edge: { state: true },
  };

  constructor() {
    super();
    this.troubles = new Troubles();
    this.time = new TimeLine();
    this.gate = new Gate(OBJECT_REQUESTS_MAX);
    this.cameras = new Watch(this.troubles, CAMERAS);
    this.found = new Watch(this.troubles, EVENTS);
    this.events = new EventLog(this.found, this.gate, this.time);
    this.rates = new RateWindow(this.cameras, this.found);
    this.polls = [
      this.#poll("/v1/cluster", CLUSTER_INTERVAL_MS, (path) => this.#askCluster(path)),
      this.#poll("/q/health", SLOW_INTERVAL_MS, async () => (this.health = await getHealth())),
      this.#poll("/v1/udls", SLOW_INTERVAL_MS, (path) => this.#askOptional("udls", path)),
      this.#poll("/v1/edge", SLOW_INTERVAL_MS, (path) => this.#askOptional("edge", path)),
    ];
  }

  attached() {
    for (const repeated of [this.cameras, this.found, ...this.polls]) repeated.go();
  }

  #poll(path, intervalMs, ask) {
    return new Poll(this.troubles, path, intervalMs, () => ask(path));
  }

  async #askCluster(path) {
    this.cluster = await getJson(path);
    this.rates.learn(this.cluster?.pools);
  }

  /** What a node may not offer yet: its refusal is shown in the panel, not as an outage. */
  async #askOptional(name, path) {
    try {
      this[name] = { answer: await getJson(path) };
    } catch (trouble) {
      if (trouble.status !== 404 && trouble.status !== 501) throw trouble;
      this[name] = { refusal: trouble.message };
    }
  }

  render() {
    const { cluster, time, events } = this;
    return html`
      <squall-header
        .cluster=${cluster}
        .health=${this.health}
        .time=${time}
        .troubles=${this.troubles}
      ></squall-header>
      <squall-slider .time=${time} .events=${events}></squall-slider>
      <main>
        <squall-frames
          class="panel wide"
          .watch=${this.cameras}
          .gate=${this.gate}
          .time=${time}
          .events=${events}
        ></squall-frames>
        <squall-event-list
          class="panel narrow tall"
          .events=${events}
          .time=${time}
          .cameras=${CAMERAS}
        ></squall-event-list>
        <squall-rates class="panel wide" .rates=${this.rates}></squall-rates>
        <squall-shards class="panel full" .cluster=${cluster}></squall-shards>
        <squall-members class="panel full" .cluster=${cluster}></squall-members>
        <squall-udls class="panel wide" .udls=${this.udls}></squall-udls>
        <squall-edge class="panel narrow" .edge=${this.edge}></squall-edge>
      </main>
      <squall-banner .troubles=${this.troubles}></squall-banner>
    `;
  }
}

customElements.define("squall-console", Console);
