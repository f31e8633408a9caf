import { type Application, isDeleting, type KubeObject, kinds } from "../../api/index.ts";
import { type Grouping, groupsIn } from "../live/groups.ts";
import type { World } from "../live/world.ts";
import { claimEventsOf, claimsOf, componentsOf, phasesOf, processesOf, revisionsOf } from "./groupings.ts";
import { type CurvePoint, pastCurve, RecoveryCurve, servingOf } from "./recovery/recovery-curve.ts";

const groupings = [componentsOf, claimsOf, phasesOf, processesOf, revisionsOf] as const;
/** Who goes from one part of an application to another is away for less. */
const awayMs = 5000;
const memories = new WeakMap<World, Map<string, ApplicationMemory>>();

/** What was seen of an application, over all of its parts. */
export function memoryOf(world: World, id: string): ApplicationMemory {
  const known = memories.get(world) ?? new Map<string, ApplicationMemory>();
  memories.set(world, known);
  const memory = known.get(id) ?? new ApplicationMemory(world, id);
  known.set(id, memory);
  return memory;
}

export class ApplicationMemory {
  readonly #world: World;
  readonly #id: string;
  readonly #kept = new Map<unknown, readonly KubeObject[]>();
  #wasDeleting = false;
  #last: Application | undefined;
  #curve = new RecoveryCurve();
  #past: readonly CurvePoint[] | undefined;
  #leftAt: number | undefined;

  constructor(world: World, id: string) {
    this.#world = world;
    this.#id = id;
  }

  /** The last that was known of it. */
  get last(): Application | undefined {
    return this.#last;
  }

  /** Its serving members since somebody looks. */
  get curve(): RecoveryCurve {
    return this.#curve;
  }

  /** What it was before, as far as can be told: once it is gone, its claims say nothing of it any more. */
  get past(): readonly CurvePoint[] | undefined {
    return this.#past;
  }

  /** What it had of a kind when its deletion began: all that is left to show afterwards. */
  kept<T extends KubeObject>(grouping: Grouping<T>): readonly T[] | undefined {
    // It was kept under this very grouping.
    return this.#kept.get(grouping) as readonly T[] | undefined;
  }

  see(application: Application | undefined): void {
    if (application === undefined) return;
    this.#last = application;
    const isGoing = isDeleting(application);
    if (isGoing && !this.#wasDeleting) {
      for (const grouping of groupings) this.#kept.set(grouping, this.#groups(grouping).members(this.#id));
      const events = groupsIn(this.#world, claimEventsOf).members(this.#id);
      this.#past = pastCurve(this.kept(claimsOf) ?? [], events);
    } else if (!isGoing) this.#past = undefined;
    this.#wasDeleting = isGoing;
  }

  /** Follows all of it, whichever part is shown. */
  follow(): () => void {
    if (this.#leftAt !== undefined && this.#world.now() - this.#leftAt > awayMs) this.#curve = new RecoveryCurve();
    const record = (): void => this.#record();
    const leave = groupings.map((grouping) =>
      this.#groups(grouping).subscribe(this.#id, grouping === claimsOf ? record : () => undefined),
    );
    record();
    return () => {
      this.#leftAt = this.#world.now();
      for (const each of leave) each();
    };
  }

  #record(): void {
    // In the past time goes to and fro.
    if (this.#world.isPast || !this.#world.view(kinds.Claim).isSynced) return;
    const claims = groupsIn(this.#world, claimsOf).members(this.#id);
    this.#curve.add({ at: this.#world.now(), ...servingOf(claims) });
  }

  #groups(grouping: (typeof groupings)[number]) {
    return groupsIn(this.#world, grouping as unknown as Grouping<KubeObject>);
  }
}
