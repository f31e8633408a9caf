/** One machine that can have a place in the tree, as it is seen now. */
export interface TreeMachine {
  readonly uid: string;
  /** Machines with the same word are near to each other; "": it is not known. */
  readonly site: string;
  /** From the server to it and back; by it machines of unknown site are compared. */
  readonly roundTripMs?: number;
  /** uids of the parent that it was given, and of the one that it has. */
  readonly parents: readonly string[];
  /** The server reaches it by itself, as it was planned. */
  readonly isRoot: boolean;
  /** uids of machines that it could not reach as parents, or not well. */
  readonly avoid: ReadonlySet<string>;
  /** False: it does not serve children, as it cannot listen. */
  readonly canServe: boolean;
  /** Too busy to be given more children. */
  readonly isBusy: boolean;
}

export interface TreeInput {
  readonly machines: readonly TreeMachine[];
  /** How many the server, and each machine, should have below it. */
  readonly fanOut: number;
}

export interface TreePlace {
  /** Absent: a root, which the server reaches by itself. */
  readonly parent?: string;
  /** Those to be tried in its place, in this order. */
  readonly backups: readonly string[];
  /** 1: a root. */
  readonly depth: number;
}

/** Round trips that differ by less say nothing of where machines stand. */
const nearMs = 5;
const backupsEach = 2;

/**
 * A parent for each machine but `fanOut` roots. Whoever has a parent that will do keeps it; others get the nearest
 * that is high in the tree and has few children. Depends on nothing but its input, the order of machines excepted.
 */
export function planTree({ machines, fanOut }: TreeInput): ReadonlyMap<string, TreePlace> {
  const sorted = [...machines].sort((left, right) => compare(left.uid, right.uid));
  const draft = new Draft(sorted, fanOut);
  for (const machine of sorted) draft.keep(machine);
  draft.chooseRoots();
  draft.placeOthers();
  const places = sorted.map(({ uid }) => [uid, draft.depthOf(uid)] as const);
  return new Map(places.map(([uid, depth]) => [uid, { ...draft.linksOf(uid), depth }]));
}

class Draft {
  readonly #machines: ReadonlyMap<string, TreeMachine>;
  readonly #fanOut: number;
  readonly #parents = new Map<string, string>();
  readonly #children = new Map<string, Set<string>>();
  readonly #roots = new Set<string>();

  constructor(machines: readonly TreeMachine[], fanOut: number) {
    this.#machines = new Map(machines.map((machine) => [machine.uid, machine]));
    this.#fanOut = fanOut;
  }

  /** Its parent stays, if it can. */
  keep({ uid, parents, avoid }: TreeMachine): void {
    const kept = parents.find((parent) => {
      const mayServe = this.#machines.get(parent)?.canServe === true && this.#countOf(parent) < this.#fanOut;
      return mayServe && !avoid.has(parent) && !this.#isAbove(uid, parent);
    });
    if (kept !== undefined) this.#link(uid, kept);
  }

  /** Those who are roots already, then who serves already, then who can serve and is idle, of all sites alike. */
  chooseRoots(): void {
    const free = [...this.#machines.values()].filter(({ uid }) => !this.#parents.has(uid));
    const rank = ({ uid, isRoot, canServe, isBusy }: TreeMachine): number => {
      if (!canServe) return 4;
      if (isRoot) return 0;
      return this.#countOf(uid) > 0 ? 1 : 2 + Number(isBusy);
    };
    const ranked = free.sort((left, right) => rank(left) - rank(right));
    while (this.#roots.size < this.#fanOut) {
      const [first] = ranked;
      if (first === undefined) break;
      const equals = ranked.filter((machine) => rank(machine) === rank(first));
      const next = least(equals, ({ site }) => [this.#rootsOf(site)]) ?? first;
      ranked.splice(ranked.indexOf(next), 1);
      this.#roots.add(next.uid);
    }
    while (this.#roots.size < this.#fanOut && this.#promote());
  }

  /** Where a root went and all below it have found others, one comes: who serves nobody, of a parent with many. */
  #promote(): boolean {
    const linked = [...this.#machines.values()].filter(({ uid, canServe }) => canServe && this.#parents.has(uid));
    const next = least(linked, ({ uid, site, isBusy }) => [
      this.#countOf(uid),
      Number(isBusy),
      this.#rootsOf(site),
      -this.#countOf(this.#parents.get(uid) ?? ""),
    ]);
    if (next === undefined) return false;
    this.#unlink(next.uid);
    this.#roots.add(next.uid);
    return true;
  }

  #rootsOf(site: string): number {
    return [...this.#roots].filter((uid) => this.#machines.get(uid)?.site === site).length;
  }

  /** Larger parts first, so that they come to lie high. Who fits nowhere is a root too. */
  placeOthers(): void {
    const free = [...this.#machines.values()].filter(({ uid }) => !this.#parents.has(uid) && !this.#roots.has(uid));
    const levels: TreeMachine[][] = [];
    for (const root of this.#roots) this.#spread(root, 1, levels);
    free.sort((left, right) => this.#countOf(right.uid) - this.#countOf(left.uid));
    for (const machine of free) {
      const best = this.#bestParent(machine, levels);
      if (best === undefined) this.#roots.add(machine.uid);
      else this.#link(machine.uid, best.uid);
      this.#spread(machine.uid, (best?.depth ?? 0) + 1, levels);
    }
  }

  depthOf(uid: string): number {
    let depth = 1;
    for (let at = this.#parents.get(uid); at !== undefined; at = this.#parents.get(at)) depth++;
    return depth;
  }

  linksOf(uid: string): Pick<TreePlace, "parent" | "backups"> {
    const parent = this.#parents.get(uid);
    if (parent === undefined) return { backups: [] };
    return { parent, backups: this.#backupsOf(uid, parent) };
  }

  /**
   * Others who serve, of the highest depths, by a hash of both: a parent's children spread over all of them, and the
   * choice for one changes only with those who are in it.
   */
  #backupsOf(uid: string, parent: string): readonly string[] {
    const avoid = this.#machines.get(uid)?.avoid;
    const serving = [...this.#roots].filter((other) => {
      if (other === parent || other === uid || avoid?.has(other) === true) return false;
      return this.#machines.get(other)?.canServe === true && !this.#isAbove(uid, other);
    });
    return serving
      .map((other) => ({ other, rank: hash(`${uid} ${other}`) }))
      .sort((left, right) => left.rank - right.rank || compare(left.other, right.other))
      .slice(0, backupsEach)
      .map(({ other }) => other);
  }

  /** `levels`: by depth, who hangs together with a root and may have room; nobody else can be a parent yet. */
  #bestParent(
    machine: TreeMachine,
    levels: TreeMachine[][],
  ): { readonly uid: string; readonly depth: number } | undefined {
    let best: { readonly uid: string; readonly depth: number; readonly cost: readonly number[] } | undefined;
    for (const [depth, level] of levels.entries()) {
      // Nobody so deep costs less.
      if (best !== undefined && depth > (best.cost[0] ?? 0)) break;
      const open = level.filter(({ uid }) => this.#countOf(uid) < this.#fanOut);
      levels[depth] = open;
      for (const other of open) {
        if (machine.avoid.has(other.uid)) continue;
        const cost = [depth + distance(machine, other) + Number(other.isBusy), this.#countOf(other.uid)];
        if (best === undefined || isLess(cost, best.cost)) best = { uid: other.uid, depth, cost };
      }
    }
    return best;
  }

  /** Enters a machine, and all below it, by their depths. */
  #spread(uid: string, depth: number, levels: TreeMachine[][]): void {
    const machine = this.#machines.get(uid);
    while (levels.length <= depth) levels.push([]);
    if (machine?.canServe === true) levels[depth]?.push(machine);
    for (const child of this.#children.get(uid) ?? []) this.#spread(child, depth + 1, levels);
  }

  #countOf(uid: string): number {
    return this.#children.get(uid)?.size ?? 0;
  }

  #link(uid: string, parent: string): void {
    this.#parents.set(uid, parent);
    const children = this.#children.get(parent);
    if (children === undefined) this.#children.set(parent, new Set([uid]));
    else children.add(uid);
  }

  #unlink(uid: string): void {
    const parent = this.#parents.get(uid);
    if (parent === undefined) return;
    this.#parents.delete(uid);
    this.#children.get(parent)?.delete(uid);
  }

  /** Whether `upper` is `lower`, or one of those above it. */
  #isAbove(upper: string, lower: string): boolean {
    for (let at: string | undefined = lower; at !== undefined; at = this.#parents.get(at))
      if (at === upper) return true;
    return false;
  }
}

/** 1 where the way is long, as far as is known. */
function distance(left: TreeMachine, right: TreeMachine): number {
  if (left.site !== "" && right.site !== "") return Number(left.site !== right.site);
  if (left.roundTripMs === undefined || right.roundTripMs === undefined) return 0;
  return Number(Math.abs(left.roundTripMs - right.roundTripMs) > nearMs);
}

/** The first of those with the least cost, which is compared number by number. */
function least<T>(items: readonly T[], costOf: (item: T) => readonly number[]): T | undefined {
  let best: { readonly item: T; readonly cost: readonly number[] } | undefined;
  for (const item of items) {
    const cost = costOf(item);
    if (best === undefined || isLess(cost, best.cost)) best = { item, cost };
  }
  return best?.item;
}

function isLess(left: readonly number[], right: readonly number[]): boolean {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at !== -1 && (left[at] ?? 0) < (right[at] ?? 0);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
