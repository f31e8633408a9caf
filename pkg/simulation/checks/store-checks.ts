import { type Claim, cpuMillis, labels, type Phase, type Resource } from "../../api/index.ts";
import type { Change, LogRow, Store } from "../../store/index.ts";
import type { Machine } from "../machine.ts";
import type { Trace } from "../trace.ts";
import type { Violations } from "./violations.ts";

export interface StoreChecksParts {
  readonly violations: Violations;
  readonly trace: Trace;
  readonly machines: readonly Machine[];
  readonly cores: ReadonlyMap<string, number>;
  readonly isDone: (phase: string, claimUid: string, epoch: number) => boolean;
  /** How many members a phase's barrier asks for; absent: all. */
  readonly sufficient: (phase: string) => number | undefined;
}

const root = "/registry/plush.dev/";

/** Looks at every commit that a server has acknowledged. */
export class StoreChecks {
  readonly #parts: StoreChecksParts;
  /** By key: revision of what was acknowledged last; 0 for a delete. */
  readonly #acknowledged = new Map<string, number>();
  readonly #resources = new Map<string, Resource>();
  /** Applications of claims by uid. */
  readonly #applicationOf = new Map<string, string>();
  readonly #released = new Set<string>();

  constructor(parts: StoreChecksParts) {
    this.#parts = parts;
  }

  wasReleased(application: string, phase: string): boolean {
    return this.#released.has(`${application}-${phase}`);
  }

  /** uids of claims of an application, those that are gone included. */
  claimsOf(application: string): readonly string[] {
    return [...this.#applicationOf].flatMap(([uid, name]) => (name === application ? [uid] : []));
  }

  /** A server was killed, and these writes were on its disk before anybody was told. */
  survived(rows: readonly LogRow[]): void {
    for (const { key, revision, value } of rows) this.#acknowledged.set(key, value === null ? 0 : revision);
  }

  /** A server has opened its store: nothing that was acknowledged may be missing, unless an older copy was put in place. */
  opened(store: Store, isRestored: boolean): void {
    if (isRestored) this.#acknowledged.clear();
    for (const [key, revision] of this.#acknowledged) {
      const found = store.get(key)?.revision ?? 0;
      if (found === revision) continue;
      this.#parts.violations.report("WriteKept", `${key} was acknowledged at ${revision}, and is at ${found} now`);
    }
    for (const { key, revision } of store.list("/").entries) this.#acknowledged.set(key, revision);
    this.#resources.clear();
    for (const { key, value } of store.list(`${root}resources/`).entries) this.#resourceChanged(nameIn(key), value);
    store.watch("/", store.revision, {
      onChanges: (changes) => {
        for (const change of changes) this.#changed(change);
        this.#checkCommit(changes);
      },
      onEnd: () => undefined,
    });
  }

  #changed({ key, revision, current, previous }: Change): void {
    this.#parts.trace.note(`${current === undefined ? "deleted" : "wrote"} ${key} at ${revision}`);
    this.#acknowledged.set(key, current === undefined ? 0 : revision);
    if (!key.startsWith(root)) return;
    const plural = key.slice(root.length, key.indexOf("/", root.length));
    const name = nameIn(key);
    if (plural === "resources") this.#resourceChanged(name, current?.value);
    if (plural === "claims" && current !== undefined) this.#claimChanged(current.peek() as unknown as Claim);
    if (plural === "phases" && current !== undefined) this.#phaseChanged(name, current.peek() as unknown as Phase);
    if (plural === "applications" && current === undefined && previous !== undefined) this.#applicationGone(name);
  }

  #checkCommit(changes: readonly Change[]): void {
    if (changes.some(({ key }) => key.startsWith(`${root}resources/`))) this.#checkAllocations();
  }

  #resourceChanged(name: string, value: unknown): void {
    if (value === undefined) this.#resources.delete(name);
    else this.#resources.set(name, value as Resource);
  }

  #claimChanged({ metadata: { uid = "", labels: own } }: Claim): void {
    this.#applicationOf.set(uid, own?.[labels.application] ?? "");
  }

  #phaseChanged(name: string, { status, spec }: Phase): void {
    const release = status?.release;
    if (release === undefined || this.#released.has(name)) return;
    this.#released.add(name);
    const { violations, isDone, sufficient } = this.#parts;
    for (const { component, ordinal, claimUid, epoch } of release.members) {
      if (isDone(name, claimUid ?? "", epoch ?? 0)) continue;
      violations.report("BarrierHeld", `${name} was released with ${component}-${ordinal}, which was not done`);
    }
    const wanted = sufficient(name) ?? status?.expected?.length ?? 0;
    if (release.members.length >= wanted) return;
    violations.report(
      "BarrierHeld",
      `${name} (${spec.phase}) was released by ${release.rule} with ${release.members.length} of ${wanted}`,
    );
  }

  #checkAllocations(): void {
    const holders = new Map<string, string>();
    for (const [name, { status }] of this.#resources) {
      let cpu = 0;
      for (const { claimUid, claimName, epoch, requests } of status?.allocations ?? []) {
        const other = holders.get(claimUid);
        if (other !== undefined)
          this.#parts.violations.report("OneHolder", `${claimName}@${epoch} is bound to ${other} and to ${name}`);
        holders.set(claimUid, name);
        cpu += requests?.cpu === undefined ? 0 : cpuMillis(requests.cpu);
      }
      const cores = this.#parts.cores.get(name) ?? 0;
      if (cpu > cores * 1000)
        this.#parts.violations.report("RoomKept", `${name} has ${cores} cores, ${cpu}m are bound`);
    }
  }

  /** What it held is gone from every machine, or written down as owed there. */
  #applicationGone(name: string): void {
    for (const uid of this.claimsOf(name)) {
      for (const { name: machine, disk, table } of this.#parts.machines) {
        const isThere = disk.directories.has(uid) || table.running.some(({ claim }) => claim.uid === uid);
        const { allocations = [], residue = [], orphans = [] } = this.#resources.get(machine)?.status ?? {};
        const isOwed = [...allocations, ...residue, ...orphans].some(({ claimUid }) => claimUid === uid);
        if (isThere && !isOwed)
          this.#parts.violations.report("NothingLeft", `${name} is deleted, and claim ${uid} still is on ${machine}`);
      }
    }
  }
}

/** Keys are /registry/GROUP/PLURAL/NAMESPACE/NAME. */
function nameIn(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
