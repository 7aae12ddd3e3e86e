// The one way to the server: JSON answers, objects with their versions, and errors that say why.
// Keys and answers are only ever text here; nothing in the console builds HTML from strings.

import { micros } from "./format.js";

const REQUEST_TIMEOUT_MS = 10_000;
const REASON_CHARACTERS_MAX = 300;

/** A request that failed, with the reason in words. `status` is 0 when there was no answer. */
export class Trouble extends Error {
  constructor(reason, status = 0) {
    super(reason);
    this.status = status;
  }
}

/**
 * Parses JSON without losing digits: versions have 64 bits, a JavaScript number only 53. An integer
 * too large for a number becomes a BigInt, which compares correctly with numbers.
 */
export function parseJson(body) {
  return JSON.parse(body, (_, value, context) =>
    typeof value === "number" &&
    !Number.isSafeInteger(value) &&
    /^-?\d+$/.test(context?.source ?? "")
      ? BigInt(context.source)
      : value,
  );
}

/** A version from a header or an answer, as number or BigInt; null if there is none. */
export function version(value) {
  if (typeof value === "number" || typeof value === "bigint") return value;
  const digits = /^"?(\d+)"?$/.exec(value ?? "")?.[1];
  if (!digits) return null;
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}

export async function getJson(path, signal) {
  return jsonOf(path, await request(path, { signal }), signal);
}

/** The health of the node; "down" is an answer here (503 with a body), not a failure. */
export async function getHealth() {
  const path = "/q/health";
  return jsonOf(path, await request(path, { accept: 503 }));
}

async function jsonOf(path, response, signal) {
  const body = await read(response.text(), signal);
  try {
    return parseJson(body);
  } catch {
    throw new Trouble(`${path} answered something that is not JSON: ${shorten(body)}`);
  }
}

/** The bytes of an object at a version, at a time (microseconds), or the newest. */
export async function getObject(key, { version: wanted, at, signal } = {}) {
  const query = wanted != null ? `?version=${wanted}` : at != null ? `?at=${Math.floor(at)}` : "";
  const response = await request(objectPath(key) + query, { signal });
  return { bytes: await read(response.arrayBuffer(), signal), ...stamp(response) };
}

/** When the newest version not after `wanted` was written; the bytes stay where they are. */
export async function getStamp(key, wanted) {
  return stamp(await request(`${objectPath(key)}?version=${wanted}`, { method: "HEAD" }));
}

/** Keys under a prefix, now or at a time; the answer names them plainly or as objects. */
export async function getKeys(prefix, { at, limit, signal }) {
  const query = new URLSearchParams({ prefix, limit });
  if (at != null) query.set("at", Math.floor(at));
  const answer = await getJson(`/v1/keys?${query}`, signal);
  return entries(answer, "keys")
    .map((entry) => (typeof entry === "string" ? entry : entry?.key))
    .filter((key) => typeof key === "string")
    .map((key) => (key.startsWith("/") ? key : `/${key}`));
}

/** Versions of a key, oldest first; `from` and `to` are microseconds since the epoch. */
export async function getHistory(key, { from, to, limit, signal }) {
  const query = new URLSearchParams({ limit });
  if (from != null) query.set("from", rfc3339(from));
  if (to != null) query.set("to", rfc3339(to));
  const answer = await getJson(`/v1/history/${escapeKey(key)}?${query}`, signal);
  return entries(answer, "versions");
}

/** A time in microseconds since the epoch as text: a bare number would mean a version there. */
function rfc3339(time) {
  const whole = Math.floor(time);
  const seconds = new Date(Math.floor(whole / 1e6) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(whole % 1e6).padStart(6, "0")}Z`;
}

/** The array in an answer that is either the array itself or an object that holds it. */
export function entries(answer, name) {
  const found = Array.isArray(answer) ? answer : answer?.[name];
  return Array.isArray(found) ? found : [];
}

function objectPath(key) {
  return `/v1/objects/${escapeKey(key)}`;
}

function escapeKey(key) {
  return key.replace(/^\//, "").split("/").map(encodeURIComponent).join("/");
}

function stamp(response) {
  const header = (name) => response.headers.get(name);
  return {
    version: version(header("Squall-Version")) ?? version(header("ETag")),
    timestamp: micros(header("Squall-Timestamp")),
  };
}

async function request(path, { method = "GET", signal, accept } = {}) {
  const limit = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  const response = await read(fetch(path, { method, signal: either, cache: "no-store" }), signal);
  if (response.ok || response.status === accept) return response;
  throw new Trouble(await reason(response), response.status);
}

/** Waits for a part of an answer; whatever breaks it becomes a Trouble, but an abort stays one. */
async function read(part, signal) {
  try {
    return await part;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Trouble(
      cause.name === "TimeoutError"
        ? `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`
        : "the node does not answer",
    );
  }
}

async function reason(response) {
  const body = await response.text().catch(() => "");
  try {
    const problem = JSON.parse(body);
    return shorten(problem.detail ?? problem.title ?? problem.error ?? `status ${response.status}`);
  } catch {
    return `status ${response.status} ${response.statusText}`.trim();
  }
}

function shorten(words) {
  const line = String(words);
  return line.length > REASON_CHARACTERS_MAX ? `${line.slice(0, REASON_CHARACTERS_MAX)}…` : line;
}
