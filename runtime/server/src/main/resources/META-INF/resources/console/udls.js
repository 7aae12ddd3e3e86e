// The uploaded user-defined logic: versions, what they handled, and how they last failed.

import { html } from "lit";
import { entries } from "./api.js";
import { count, list, text } from "./format.js";
import { Part } from "./part.js";

const SHA_CHARACTERS = 12;

class Udls extends Part {
  static properties = { udls: { attribute: false } };

  render() {
    const udls = entries(this.udls?.answer, "udls");
    return html`
      <section aria-labelledby="udls-title">
        <h2 id="udls-title">
          User-defined logic <span class="soft">${udls.length || ""}</span>
        </h2>
        <div class="scroll-x" tabindex="0" role="region" aria-labelledby="udls-title">
          <table class="udls">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Version</th>
                <th scope="col">State</th>
                <th scope="col">Entries</th>
                <th scope="col" class="number">Handled</th>
                <th scope="col" class="number">Failed</th>
                <th scope="col">SHA-256</th>
              </tr>
            </thead>
            <tbody>
              ${udls.length > 0 ? udls.map(rows) : this.#empty()}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }

  #empty() {
    const words = this.udls?.refusal ?? (this.udls ? "None uploaded yet: POST /v1/udls" : "–");
    return html`<tr>
      <td colspan="7" class="soft">${words}</td>
    </tr>`;
  }
}

function rows(udl) {
  const sha = udl?.sha256;
  return html`
    <tr>
      <th scope="row">${text(udl?.name)}</th>
      <td>${text(udl?.version)}</td>
      <td>${text(udl?.state)}</td>
      <td class="entries">${list(udl?.entries?.map(entryOf))}</td>
      <td class="number">${count(udl?.handled)}</td>
      <td class="number ${udl?.failed > 0 ? "bad" : ""}">${count(udl?.failed)}</td>
      <td><code title=${text(sha)}>${text(sha?.slice?.(0, SHA_CHARACTERS))}</code></td>
    </tr>
    ${udl?.lastError
      ? html`<tr class="error">
          <td colspan="7"><span class="trouble">${udl.lastError}</span></td>
        </tr>`
      : ""}
  `;
}

/** An entry is a name, or an object that carries one. */
function entryOf(entry) {
  return typeof entry === "object" ? (entry?.name ?? entry?.entry ?? entry?.class) : entry;
}

customElements.define("squall-udls", Udls);
