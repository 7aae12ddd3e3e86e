// Pools and their shards: who leads, and how far each member's frontiers have come.
//
// A bar tells the distance to the newest message that any member of the shard has received: full
// when there is none, a quarter shorter with each factor of ten, empty at ten thousand and more.

import { html, svg } from "lit";
import { bytes, count, rate, text } from "./format.js";
import { Part } from "./part.js";

const FRONTIERS = ["received", "stable", "persisted"];
const BAR_UNITS = 100;
const DECADES = 4;

/** How far the fullest shard has used up what each may. */
const budget = (pool) =>
  Number(pool?.budgetBytes) > 0
    ? ` · ${bytes(pool.usedBytes)} of ${bytes(pool.budgetBytes)} a shard`
    : "";

class Shards extends Part {
  static properties = { cluster: { attribute: false } };

  render() {
    const shards = this.cluster?.shards ?? [];
    return html`
      <section aria-labelledby="shards-title">
        <h2 id="shards-title">
          Shards <span class="soft">${shards.length || ""}</span>
          <span class="key soft">
            ${FRONTIERS.map((name) => html`<span>${bar(name, BAR_UNITS)} ${name}</span>`)}
          </span>
        </h2>
        <div class="scroll-x" tabindex="0" role="region" aria-labelledby="shards-title">
          <table class="shards">
            <thead>
              <tr>
                <th scope="col">Shard</th>
                <th scope="col">State</th>
                <th scope="col">Leader</th>
                <th scope="col">Frontiers of its members</th>
              </tr>
            </thead>
            ${this.#pools(shards).map(([name, pool]) => this.#pool(name, pool, shards))}
            ${shards.length === 0
              ? html`<tbody>
                  <tr>
                    <td colspan="4" class="soft">–</td>
                  </tr>
                </tbody>`
              : ""}
          </table>
        </div>
      </section>
    `;
  }

  /** Every pool that the answer lists or that a shard belongs to, as [name, figures]. */
  #pools(shards) {
    const pools = new Map();
    for (const pool of this.cluster?.pools ?? []) pools.set(pool?.name, pool);
    for (const shard of shards) if (!pools.has(shard?.pool)) pools.set(shard?.pool, undefined);
    return [...pools];
  }

  #pool(name, pool, shards) {
    return html`
      <tbody data-pool=${text(name)}>
        <tr class="pool">
          <th scope="rowgroup" colspan="4">
            <b>${text(name)}</b>
            <span class="soft">
              ${text(pool?.store)} · ${count(pool?.replicas)} replicas · ${count(pool?.keys)} keys ·
              ${bytes(pool?.bytes)}${budget(pool)} · ${rate(pool?.putsPerSecond)} puts/s ·
              ${bytes(pool?.bytesPerSecond)}/s
            </span>
          </th>
        </tr>
        ${shards.filter((shard) => shard?.pool === name).map((shard) => this.#row(shard))}
      </tbody>
    `;
  }

  #row(shard) {
    const members = shard.members ?? Object.keys(shard.frontiers ?? {});
    const newest = Math.max(
      0,
      ...Object.values(shard.frontiers ?? {}).map((frontier) => Number(frontier?.received ?? 0)),
    );
    return html`
      <tr>
        <th scope="row">${text(shard.shard)}</th>
        <td>${text(shard.state)}</td>
        <td>${text(shard.leader)}</td>
        <td>
          <div class="frontiers">
            ${members.map((member) => this.#member(shard, member, newest))}
          </div>
        </td>
      </tr>
    `;
  }

  #member(shard, member, newest) {
    const frontiers = shard.frontiers?.[member];
    return html`
      <div class="member ${member === shard.leader ? "leads" : ""}">
        <span class="who">node ${text(member)}${member === shard.leader ? " leads" : ""}</span>
        ${FRONTIERS.map((name) => {
          const reached = valid(frontiers?.[name]);
          return html`
            <span class="soft" title=${name}>${name[0]}</span>
            ${bar(name, reached === null ? 0 : nearness(newest - Number(reached)))}
            <span class="number">${count(reached)}</span>
          `;
        })}
      </div>
    `;
  }
}

/** A pool that persists nothing has no such frontier: it is missing, or below zero. */
function valid(frontier) {
  return frontier === undefined || frontier === null || frontier < 0 ? null : frontier;
}

function nearness(behind) {
  const decades = Math.log10(1 + Math.max(0, behind));
  return Math.max(0, BAR_UNITS * (1 - decades / DECADES));
}

function bar(kind, length) {
  return html`<svg
    class="bar ${kind}"
    viewBox="0 0 ${BAR_UNITS} 4"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    ${svg`<rect class="rest" width=${BAR_UNITS} height="4" />`}
    ${svg`<rect class="reach" width=${length.toFixed(1)} height="4" />`}
  </svg>`;
}

customElements.define("squall-shards", Shards);
