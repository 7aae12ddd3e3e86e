// Where we are: cluster, view, node, its health, and the moment that is shown.

import { html } from "lit";
import { clock, span, text } from "./format.js";
import { Part } from "./part.js";

class Header extends Part {
  static properties = {
    cluster: { attribute: false },
    health: { attribute: false },
    time: { attribute: false },
    troubles: { attribute: false },
  };

  attached() {
    this.listen(this.troubles, "change", () => this.requestUpdate());
    this.listen(this.time, "move", () => this.requestUpdate());
  }

  render() {
    const { cluster } = this;
    return html`
      <header>
        <h1>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2 8h12a3 3 0 1 0-3-3M2 12h17a3 3 0 1 1-3 3M2 16h8a2.5 2.5 0 1 1-2.5 2.5" />
          </svg>
          Squall
        </h1>
        <dl>
          ${fact("cluster", text(cluster?.cluster))} ${fact("view", text(cluster?.view))}
          ${fact("this node", text(cluster?.node))} ${fact("state", text(cluster?.state))}
          <div>
            <dt>health</dt>
            <dd class="health">${this.#health()}</dd>
          </div>
        </dl>
        ${this.#moment()}
      </header>
    `;
  }

  #health() {
    const status = this.health?.status;
    const kind = status === "UP" ? "ok" : status ? "bad" : "unknown";
    const failing = (this.health?.checks ?? [])
      .filter((check) => check?.status !== "UP")
      .map((check) => check?.name);
    const words = failing.length > 0 ? `${text(status)}: ${failing.join(", ")}` : text(status);
    return html`<span class="dot ${kind}"></span>${words}`;
  }

  #moment() {
    const { at, live, now } = this.time;
    if (!live) {
      return html`<p class="moment past">
        <span class="dot past"></span>${clock(at)}
        <span class="soft">${span(now - at)} ago</span>
      </p>`;
    }
    // What is on the page stays there when the node is away, but it must not pass for live.
    const broken = this.troubles.list.length > 0;
    return broken
      ? html`<p class="moment stale"><span class="dot bad"></span>not up to date</p>`
      : html`<p class="moment live"><span class="dot ok"></span>live</p>`;
  }
}

function fact(name, value) {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

customElements.define("squall-header", Header);
