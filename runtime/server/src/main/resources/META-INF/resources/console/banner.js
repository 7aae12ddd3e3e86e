// Says what does not work, why, and when it is tried again. It floats above the page, so that its
// coming and going moves nothing.

import { html, nothing } from "lit";
import { Part } from "./part.js";

const LINES_MAX = 3;

class Banner extends Part {
  static properties = { troubles: { attribute: false } };

  attached() {
    this.listen(this.troubles, "change", () => this.requestUpdate());
    this.every(1_000, () => this.troubles.list.length > 0 && this.requestUpdate());
  }

  render() {
    const list = byReason(this.troubles.list);
    if (list.length === 0) return nothing;
    return html`
      <div class="banner" role="alert">
        <ul>
          ${list.slice(0, LINES_MAX).map((trouble) => this.#line(trouble))}
          ${list.length > LINES_MAX ? html`<li>and ${list.length - LINES_MAX} more</li>` : nothing}
        </ul>
        <button @click=${() => this.troubles.retryNow()}>Retry now</button>
      </div>
    `;
  }

  #line({ sources, reason, retryAt }) {
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    return html`
      <li>
        <b>${sources.join(", ")}</b> ${reason}
        <span class="soft" aria-hidden="true">
          ${seconds > 0 ? `· retrying in ${seconds} s` : "· retrying"}
        </span>
      </li>
    `;
  }
}

/** One line a reason: a node that is away breaks everything at once, and that is one message. */
function byReason(troubles) {
  const lines = new Map();
  for (const { source, reason, retryAt } of troubles) {
    const line = lines.get(reason) ?? { sources: [], reason, retryAt };
    line.sources.push(source);
    line.retryAt = Math.min(line.retryAt, retryAt);
    lines.set(reason, line);
  }
  return [...lines.values()];
}

customElements.define("squall-banner", Banner);
