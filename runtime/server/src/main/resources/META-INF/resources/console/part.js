// What all components of the page share. They render into the page itself, not into shadow trees,
// so that one small style sheet and the browser's own find, copy and tab order serve all of them.

import { LitElement } from "lit";

export class Part extends LitElement {
  #attached;

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#attached = new AbortController();
    this.attached();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#attached.abort();
  }

  /** Called when the part stands in the page, its properties set. */
  attached() {}

  /** Listens for as long as the part stands in the page. */
  listen(target, kind, listener) {
    target.addEventListener(kind, listener, { signal: this.#attached.signal });
  }

  /** Calls at an interval for as long as the part stands in the page. */
  every(intervalMs, work) {
    const timer = setInterval(work, intervalMs);
    this.#attached.signal.addEventListener("abort", () => clearInterval(timer));
  }
}
