// How values look. Every function takes what the server sent, which may be nothing at all, and
// gives text: a missing or unreadable value is a dash, never "undefined" or "NaN".

export const DASH = "–";

const grouped = new Intl.NumberFormat("en");
const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

const missing = (value) => value === undefined || value === null || value === "";
const isNumber = (value) =>
  typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));

export const text = (value) => (missing(value) ? DASH : String(value));

export const list = (values) =>
  Array.isArray(values) && values.length > 0 ? values.map(text).join(", ") : DASH;

export const count = (value) => (isNumber(value) ? grouped.format(value) : DASH);

/** Something a second: one decimal below 100, none above. */
export function rate(value) {
  if (!isNumber(value)) return DASH;
  return Math.abs(value) < 100 ? tenth.format(value) : grouped.format(Math.round(value));
}

/** A number of bytes in powers of 1024. */
export function bytes(value) {
  if (!isNumber(value)) return DASH;
  let size = Number(value);
  let unit = 0;
  while (Math.abs(size) >= 1024 && unit < BYTE_UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  const digits = unit === 0 || Math.abs(size) >= 100 ? grouped.format(Math.round(size)) : null;
  return `${digits ?? tenth.format(size)} ${BYTE_UNITS[unit]}`;
}

export const score = (value) => (isNumber(value) ? Number(value).toFixed(2) : DASH);

/**
 * A moment as microseconds since the epoch, or null. The server may write it as a number, as that
 * number in a header's text, or as RFC 3339.
 */
export function micros(value) {
  if (isNumber(value)) return Number(value);
  if (typeof value !== "string" || value === "") return null;
  if (/^\d+$/.test(value)) return Number(value);
  const seconds = Date.parse(value.replace(/\.\d+/, ""));
  if (Number.isNaN(seconds)) return null;
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? "";
  return seconds * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/** Microseconds since the epoch as local wall-clock time with milliseconds. */
export function clock(at) {
  if (!isNumber(at)) return DASH;
  const date = new Date(Number(at) / 1000);
  const two = (part) => String(part).padStart(2, "0");
  const whole = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${whole}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** A span in microseconds as "4.2 s" or "3 min 12 s". */
export function span(length) {
  if (!isNumber(length)) return DASH;
  const seconds = Math.max(0, Number(length) / 1e6);
  if (seconds < 60) return `${tenth.format(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}

/** The last element of a key: what a camera and its events have in common. */
export const lastElement = (key) => String(key).split("/").filter(Boolean).at(-1) ?? "";
