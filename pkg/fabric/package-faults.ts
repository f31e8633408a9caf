import type { Clock } from "../clock/index.ts";
import type { PackageFailure } from "../protocol/index.ts";
import type { CorruptPackage } from "./fabric.ts";

/** So long a pair is not planned again that did not work, nor who can reach nobody, or be reached by nobody. */
const holdMs = 2 * 60_000;
/** So long nobody is sent to a machine that gave what is not the package. */
const distrustMs = 60 * 60_000;
/** Who could not reach so many others is taken to be cut off from all. */
const aloneAfter = 2;
/** Whom so many others could not reach is taken to be cut off. */
const deafAfter = 3;

/** What machines say of their sources, for as long as it counts. Times are monotonic. */
export class PackageFaults {
  readonly #clock: Clock;
  /** By machine and source: until when they are kept apart. */
  readonly #apart = new Map<string, Map<string, number>>();
  /** By machine and source: until when it counts that it could not be reached. */
  readonly #unreached = new Map<string, Map<string, number>>();
  readonly #corrupt = new Map<string, CorruptPackage & { readonly until: number }>();

  readonly #onFailure: (reason: PackageFailure["reason"]) => void;

  /** `onFailure`: a pair did not work that had, or was new. */
  constructor(clock: Clock, onFailure: (reason: PackageFailure["reason"]) => void) {
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** Returns whether the source is not to be trusted from now on. */
  note(by: string, { digest, source, reason, message }: PackageFailure): boolean {
    const until = this.#clock.monotonic() + holdMs;
    if (!this.#isHeld(this.#apart, by, source)) {
      setIn(this.#apart, [by, source], until);
      this.#onFailure(reason);
    }
    if (reason === "Unreachable" && !this.#isHeld(this.#unreached, by, source))
      setIn(this.#unreached, [by, source], until);
    if (reason !== "Corrupt" || this.corruptOf(source) !== undefined) return false;
    const at = this.#clock.now();
    this.#corrupt.set(source, { digest, by, message, at, until: this.#clock.monotonic() + distrustMs });
    return true;
  }

  /** What the machine has given that was not the package; absent: nothing, or long ago. */
  corruptOf(source: string): CorruptPackage | undefined {
    const found = this.#corrupt.get(source);
    return found !== undefined && found.until > this.#clock.monotonic() ? found : undefined;
  }

  /** Sources to which a machine is not sent. */
  avoidedBy(uid: string): ReadonlySet<string> {
    return new Set(this.#held(this.#apart.get(uid)));
  }

  /** It could reach none of those that it was sent to. */
  isAlone(uid: string): boolean {
    return this.#held(this.#unreached.get(uid)).length >= aloneAfter;
  }

  /** Several could not reach it, who are not cut off themselves. */
  isDeaf(source: string): boolean {
    let count = 0;
    for (const uid of this.#unreached.keys())
      if (this.#isHeld(this.#unreached, uid, source) && ++count >= deafAfter) return true;
    return false;
  }

  forget(uid: string): void {
    this.#apart.delete(uid);
    this.#unreached.delete(uid);
    this.#corrupt.delete(uid);
  }

  #isHeld(table: ReadonlyMap<string, ReadonlyMap<string, number>>, uid: string, source: string): boolean {
    return (table.get(uid)?.get(source) ?? 0) > this.#clock.monotonic();
  }

  #held(row: ReadonlyMap<string, number> = new Map()): readonly string[] {
    const now = this.#clock.monotonic();
    return [...row].flatMap(([source, until]) => (until > now ? [source] : []));
  }
}

function setIn(table: Map<string, Map<string, number>>, [uid, source]: readonly [string, string], until: number): void {
  const row = table.get(uid);
  if (row === undefined) table.set(uid, new Map([[source, until]]));
  else row.set(source, until);
}
