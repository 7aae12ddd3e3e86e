// The edge agents and whatever they count: the console shows every counter under its own name.

import { html } from "lit";
import { entries } from "./api.js";
import { bytes, count, text } from "./format.js";
import { Part } from "./part.js";

const NAMES = ["name", "id", "agent"];
const SHOWN_APART = new Set([...NAMES, "state"]);

class Edge extends Part {
  static properties = { edge: { attribute: false } };

  render() {
    const agents = entries(this.edge?.answer, "agents");
    return html`
      <section aria-labelledby="edge-title">
        <h2 id="edge-title">Edge agents <span class="soft">${agents.length || ""}</span></h2>
        ${agents.length > 0 ? agents.map(agentOf) : this.#empty()}
      </section>
    `;
  }

  #empty() {
    const words = this.edge?.refusal ?? (this.edge ? "No agent is connected." : "–");
    return html`<p class="empty">${words}</p>`;
  }
}

function agentOf(agent) {
  const name = NAMES.map((field) => agent?.[field]).find((value) => value !== undefined);
  const figures = Object.entries(agent ?? {}).flatMap(flatten);
  return html`
    <article class="agent">
      <h3>${text(name)} <span class="tag">${text(agent?.state)}</span></h3>
      <dl>
        ${figures.map(
          ([label, value]) => html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
        )}
      </dl>
    </article>
  `;
}

/** A field as [label, text]; one level of nested counters is opened. */
function flatten([field, value]) {
  if (SHOWN_APART.has(field)) return [];
  if (value !== null && typeof value === "object") {
    return Object.entries(value)
      .filter(([, inner]) => inner === null || typeof inner !== "object")
      .map(([inner, figure]) => [words(inner), show(inner, figure)]);
  }
  return [[words(field), show(field, value)]];
}

function show(field, value) {
  if (typeof value !== "number" && typeof value !== "bigint") return text(value);
  return /bytes/i.test(field) ? bytes(value) : count(value);
}

/** "bytesSent" reads as "bytes sent". */
const words = (field) => field.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

customElements.define("squall-edge", Edge);
