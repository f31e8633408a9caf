/** One machine among those that give each other packages, as it is seen now. */
export interface ExchangeMachine {
  readonly uid: string;
  /** Machines of the same group give each other packages. */
  readonly group: string;
  /** Machines with the same word are near to each other; "": it is not known. */
  readonly site: string;
  /** uid of the machine through which it is reached, where there is one: they are near to each other too. */
  readonly parent?: string;
  /** Digests that it needs and does not have. */
  readonly wants: readonly string[];
  /** Digests that it has. */
  readonly holds: ReadonlySet<string>;
  /** It can listen, and nothing is held against what it gives. */
  readonly canServe: boolean;
  /** It can ask others. */
  readonly canAsk: boolean;
  /** uids of machines that it could not get packages from, or not well. */
  readonly avoid: ReadonlySet<string>;
}

/** Who gives a package to a machine: the server, or others in the order in which they are asked. */
export type Feed = "server" | readonly [string, ...string[]];

/** By uid of the machine and digest. */
export type Feeds = ReadonlyMap<string, ReadonlyMap<string, Feed>>;

export interface SourcesInput {
  readonly machines: readonly ExchangeMachine[];
  /** So many machines of a group get each package from the server; the others get it from machines. */
  readonly seeds: number;
  /** So many packages each machine gives at once. */
  readonly uploads: number;
  /** What was planned before: whoever has begun goes on, where that will do. */
  readonly before: Feeds;
}

/** How many are named beside the one that is asked first. */
const reserves = 1;
/** How many are looked at for that. */
const looks = 8;

/**
 * Who gives which package to whom. Each package makes a tree of each group: the server feeds the first few, they feed
 * others while they are fed themselves, and so on; who has all of it comes before who has a part. Depends on nothing but
 * its input, the order of machines excepted.
 */
export function planSources({ machines, seeds, uploads, before }: SourcesInput): Feeds {
  const feeds = new Map<string, Map<string, Feed>>();
  const sorted = [...machines].sort((left, right) => compare(left.uid, right.uid));
  const load = new Map<string, number>();
  for (const group of groupsOf(sorted)) {
    const digests = new Set(group.flatMap(({ wants }) => wants));
    for (const digest of [...digests].sort()) {
      const draft = new Draft(digest, group, { seeds, uploads, load });
      draft.keep((uid) => before.get(uid)?.get(digest));
      draft.placeOthers();
      for (const [uid, feed] of draft.feeds((uid) => before.get(uid)?.get(digest))) {
        const own = feeds.get(uid);
        if (own === undefined) feeds.set(uid, new Map([[digest, feed]]));
        else own.set(digest, feed);
      }
    }
  }
  return feeds;
}

interface Limits {
  readonly seeds: number;
  readonly uploads: number;
  /** By uid: how many are given a package by it, of all digests. */
  readonly load: Map<string, number>;
}

/** One package in one group. */
class Draft {
  readonly #digest: string;
  readonly #limits: Limits;
  readonly #machines: ReadonlyMap<string, ExchangeMachine>;
  readonly #wanting: readonly ExchangeMachine[];
  /** uid of the first source, or "server". */
  readonly #sources = new Map<string, string>();
  readonly #depths = new Map<string, number>();
  /** Whom a machine has given the package to until now, and by machine who that was. */
  readonly #followers = new Map<string, ExchangeMachine[]>();
  readonly #followed = new Map<string, string>();
  /** Who can be asked: they have it, or are being fed. */
  readonly #serving = new Set<ExchangeMachine>();
  #roots = 0;

  constructor(digest: string, group: readonly ExchangeMachine[], limits: Limits) {
    this.#digest = digest;
    this.#limits = limits;
    this.#machines = new Map(group.map((machine) => [machine.uid, machine]));
    this.#wanting = group.filter(({ wants, holds }) => wants.includes(digest) && !holds.has(digest));
    for (const machine of group) {
      if (!machine.holds.has(digest)) continue;
      this.#roots++;
      this.#depths.set(machine.uid, 0);
      if (machine.canServe) this.#serving.add(machine);
    }
  }

  /** What is under way goes on, as far as it hangs together with somebody who has the package or gets it from the server. */
  keep(feedOf: (uid: string) => Feed | undefined): void {
    for (const machine of this.#wanting) {
      const feed = feedOf(machine.uid);
      if (feed === "server") this.#feed(machine, "server");
      else if (feed !== undefined && machine.canAsk) this.#follow(machine, feed[0]);
    }
    for (const uid of [...this.#depths.keys()]) this.#keepThoseOf(uid);
  }

  /** Who has lost its source keeps those who get the package from it. */
  placeOthers(): void {
    const heads = this.#wanting.filter((machine) => {
      const source = this.#followed.get(machine.uid);
      return source === undefined || !this.#mayFeed(source, machine) || !this.#isWanting(source);
    });
    // Besides, two may have been each other's source.
    for (const machine of [...heads, ...this.#wanting]) {
      if (this.#sources.has(machine.uid)) continue;
      const isSeed = this.#roots < this.#limits.seeds;
      this.#feed(machine, (isSeed || !machine.canAsk ? undefined : this.#bestFor(machine)?.uid) ?? "server");
      this.#keepThoseOf(machine.uid);
    }
  }

  #keepThoseOf(uid: string): void {
    for (const machine of this.#followers.get(uid) ?? []) {
      if (this.#sources.has(machine.uid) || !this.#canFeed(uid, machine)) continue;
      this.#feed(machine, uid);
      this.#keepThoseOf(machine.uid);
    }
  }

  #follow(machine: ExchangeMachine, source: string): void {
    const followers = this.#followers.get(source);
    if (followers === undefined) this.#followers.set(source, [machine]);
    else followers.push(machine);
    this.#followed.set(machine.uid, source);
  }

  #isWanting(uid: string): boolean {
    return this.#machines.get(uid)?.wants.includes(this.#digest) === true;
  }

  *feeds(before: (uid: string) => Feed | undefined): Iterable<readonly [string, Feed]> {
    const servingByDepth = [...this.#depths]
      .filter(([uid]) => this.#machines.get(uid)?.canServe === true)
      .sort((left, right) => left[1] - right[1] || compare(left[0], right[0]))
      .map(([uid]) => uid);
    for (const [uid, source] of this.#sources) {
      if (source === "server") yield [uid, source];
      else yield [uid, [source, ...this.#reservesFor(uid, { source, servingByDepth, known: before(uid) })]];
    }
  }

  #feed(machine: ExchangeMachine, source: string): void {
    const { load } = this.#limits;
    this.#sources.set(machine.uid, source);
    this.#depths.set(machine.uid, source === "server" ? 1 : (this.#depths.get(source) ?? 0) + 1);
    if (source === "server") this.#roots++;
    else load.set(source, (load.get(source) ?? 0) + 1);
    if (machine.canServe) this.#serving.add(machine);
  }

  #canFeed(source: string, machine: ExchangeMachine): boolean {
    return this.#mayFeed(source, machine) && (this.#limits.load.get(source) ?? 0) < this.#limits.uploads;
  }

  #mayFeed(source: string, { avoid }: ExchangeMachine): boolean {
    return this.#machines.get(source)?.canServe === true && !avoid.has(source);
  }

  /** The nearest, of those who are high, of those who give least. */
  #bestFor(machine: ExchangeMachine): ExchangeMachine | undefined {
    let best: { readonly other: ExchangeMachine; readonly cost: number } | undefined;
    for (const other of this.#serving) {
      const load = this.#limits.load.get(other.uid) ?? 0;
      if (load >= this.#limits.uploads) {
        this.#serving.delete(other);
        continue;
      }
      if (machine.avoid.has(other.uid)) continue;
      const depth = this.#depths.get(other.uid) ?? 0;
      const cost = (distance(machine, other) * maxDepth + depth) * this.#limits.uploads + load;
      if (best === undefined || cost < best.cost) best = { other, cost };
    }
    return best?.other;
  }

  /** Others who are no deeper than the source, so that nobody is asked for what it gets from the asker. */
  #reservesFor(
    uid: string,
    {
      source,
      servingByDepth,
      known = [],
    }: { readonly source: string; readonly servingByDepth: readonly string[]; readonly known: Feed | undefined | [] },
  ): readonly string[] {
    const depth = this.#depths.get(source) ?? 0;
    const avoid = this.#machines.get(uid)?.avoid;
    const mayServe = (other: string): boolean => {
      if (other === source || other === uid || avoid?.has(other) === true) return false;
      return this.#machines.get(other)?.canServe === true && (this.#depths.get(other) ?? maxDepth) <= depth;
    };
    const kept = known === "server" ? [] : known.filter(mayServe).slice(0, reserves);
    if (kept.length > 0) return kept;
    // From another place of the list for each of them, so that a source that is lost has many in its stead.
    const from = hash(`${this.#digest} ${uid}`) % servingByDepth.length;
    const others = [...servingByDepth.slice(from, from + looks), ...servingByDepth.slice(0, looks)];
    return others.filter(mayServe).slice(0, reserves);
  }
}

/** More than any chain of machines is long. */
const maxDepth = 1000;

/** In the order of their names. */
function groupsOf(machines: readonly ExchangeMachine[]): readonly (readonly ExchangeMachine[])[] {
  const groups = new Map<string, ExchangeMachine[]>();
  for (const machine of machines) {
    const group = groups.get(machine.group);
    if (group === undefined) groups.set(machine.group, [machine]);
    else group.push(machine);
  }
  return [...groups].sort(([left], [right]) => compare(left, right)).map(([, group]) => group);
}

/** 0: its parent, or a machine with the same one, of the same site. */
function distance(left: ExchangeMachine, right: ExchangeMachine): number {
  const isFar = left.site !== "" && right.site !== "" && left.site !== right.site;
  const isKin = left.parent === right.uid || left.parent === right.parent;
  return (isFar ? 2 : 0) + (isKin ? 0 : 1);
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
