// The members of the view: who they are, where they run, and what they hold.

import { html } from "lit";
import { bytes, count, list, text } from "./format.js";
import { Part } from "./part.js";

class Members extends Part {
  static properties = { cluster: { attribute: false } };

  render() {
    const members = this.cluster?.members ?? [];
    return html`
      <section aria-labelledby="members-title">
        <h2 id="members-title">Members <span class="soft">${members.length || ""}</span></h2>
        <div class="scroll-x" tabindex="0" role="region" aria-labelledby="members-title">
          <table class="members">
            <thead>
              <tr>
                <th scope="col">Node</th>
                <th scope="col">Address</th>
                <th scope="col">Site</th>
                <th scope="col">Tier</th>
                <th scope="col" class="number">Process</th>
                <th scope="col" class="number">Cores</th>
                <th scope="col" class="number">Memory</th>
                <th scope="col" class="number">GPUs</th>
                <th scope="col">Models</th>
              </tr>
            </thead>
            <tbody>
              ${members.length > 0
                ? members.map((member) => this.#row(member))
                : html`<tr>
                    <td colspan="9" class="soft">–</td>
                  </tr>`}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }

  #row(member) {
    return html`
      <tr>
        <th scope="row">
          ${life(member?.alive)} ${text(member?.id)}
          ${member?.id !== undefined && member.id === this.cluster.node
            ? html`<span class="tag">this node</span>`
            : ""}
        </th>
        <td>${addressOf(member)}</td>
        <td>${text(member?.site)}</td>
        <td>${text(member?.tier)}</td>
        <td class="number">${text(member?.pid)}</td>
        <td class="number">${count(member?.cores)}</td>
        <td class="number">${bytes(member?.memoryBytes)}</td>
        <td class="number">${count(member?.gpus)}</td>
        <td>${list(member?.models)}</td>
      </tr>
    `;
  }
}

function life(alive) {
  const [kind, word] =
    alive === true ? ["ok", "alive"] : alive === false ? ["bad", "gone"] : ["unknown", "unknown"];
  return html`<span class="dot ${kind}" role="img" aria-label=${word} title=${word}></span>`;
}

/** The address leads to that node's own console, but only if it really is a web address. */
function addressOf(member) {
  const rest = String(member?.rest ?? "");
  const address = text(member?.address);
  return /^https?:\/\//.test(rest) ? html`<a href=${rest}>${address}</a>` : address;
}

customElements.define("squall-members", Members);
