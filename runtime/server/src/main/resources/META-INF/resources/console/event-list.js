// The list of events, newest first. A row opens to the event's own JSON; its button takes the whole
// page to the frame that the event was found in.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { getStamp } from "./api.js";
import { DASH, clock, count, score, text } from "./format.js";
import { Part } from "./part.js";

const REDRAW_MS = 250;

class EventList extends Part {
  static properties = {
    events: { attribute: false },
    time: { attribute: false },
    cameras: { attribute: false },
  };

  #timer = null;

  attached() {
    this.listen(this.events, "change", () => this.#soon());
    this.listen(this.time, "settle", () => this.requestUpdate());
  }

  /** Events may come far faster than anyone reads: the list is drawn four times a second. */
  #soon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.requestUpdate();
    }, REDRAW_MS);
  }

  render() {
    const { rows, skipped } = this.events;
    return html`
      <section aria-labelledby="events-title">
        <h2 id="events-title">
          Events
          <span class="soft">
            ${rows.length > 0 ? rows.length : ""}
            ${skipped > 0 ? `· ${count(skipped)} passed over, they came too fast` : ""}
          </span>
        </h2>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="events-title">
          ${rows.length === 0 ? html`<p class="empty">${this.#whyEmpty()}</p>` : nothing}
          <ol class="events">
            ${repeat(
              rows,
              (row) => row.id,
              (row) => this.#row(row),
            )}
          </ol>
        </div>
      </section>
    `;
  }

  #whyEmpty() {
    if (!this.events.asked) return DASH;
    return this.time.live ? "No events yet." : "No events up to this moment.";
  }

  #row(row) {
    const pinned = this.time.pinned?.id === row.id;
    return html`
      <li class=${pinned ? "pinned" : ""} data-version=${String(row.version)}>
        <details>
          <summary>
            <time>${clock(row.time ?? row.timestamp)}</time>
            <b title=${row.key}>${row.camera}</b>
            ${row.trouble
              ? html`<span class="trouble">${row.trouble}</span>`
              : html`<span class="soft">${boxesOf(row)}</span>
                  <span class="score">${score(row.score)}</span>`}
          </summary>
          <pre>${bodyOf(row)}</pre>
        </details>
        <button
          ?disabled=${row.frame === null && row.timestamp === null}
          aria-label="Show ${row.camera} at ${clock(row.time ?? row.timestamp)}"
          @click=${() => this.#goTo(row)}
        >
          show
        </button>
      </li>
    `;
  }

  /** The frame's own time is sought, for there its boxes fit; the event came a little later. */
  async #goTo(row) {
    let at = row.timestamp;
    if (row.frame !== null) {
      const key = `${this.cameras}/${row.camera}`;
      const frame = await getStamp(key, row.frame).catch(() => null);
      if (frame?.version === row.frame) at = frame.timestamp ?? at;
    }
    this.time.seek(at, row);
  }
}

function boxesOf({ boxes }) {
  return boxes.length === 1 ? "1 box" : `${boxes.length} boxes`;
}

function bodyOf({ key, version, body }) {
  const readable = (_, value) => (typeof value === "bigint" ? value.toString() : value);
  return `${key} v${text(version)}\n${body === null ? "" : JSON.stringify(body, readable, 2)}`;
}

customElements.define("squall-event-list", EventList);
