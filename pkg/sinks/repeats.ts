import type { Event } from "../api/index.ts";

/** Causes remembered; the least recently sent go first. */
const maxRemembered = 4096;

interface Cause {
  readonly sentAt: number;
  readonly leftOut: number;
}

/** Of Events about one object for one reason, lets one through in a time. */
export class Repeats {
  readonly #causes = new Map<string, Cause>();

  /** How many like it were left out since the last one that was not; undefined: this one is left out too. */
  admit({ involvedObject, reason, type }: Event, windowMs: number, now: number): number | undefined {
    const { uid, kind, namespace, name } = involvedObject;
    const key = JSON.stringify([uid ?? [kind, namespace, name], reason, type]);
    const known = this.#causes.get(key);
    if (known !== undefined && now - known.sentAt < windowMs) {
      this.#causes.set(key, { ...known, leftOut: known.leftOut + 1 });
      return undefined;
    }
    // A map keeps its order: what is put in anew is the last to go.
    this.#causes.delete(key);
    this.#causes.set(key, { sentAt: now, leftOut: 0 });
    const [oldest] = this.#causes.keys();
    if (this.#causes.size > maxRemembered && oldest !== undefined) this.#causes.delete(oldest);
    return known?.leftOut ?? 0;
  }
}
