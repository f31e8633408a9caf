interface Saying {
  readonly children: readonly string[];
  /** By child: when that was said first, as a number that grows. */
  readonly saidAt: ReadonlyMap<string, number>;
}

/**
 * Which parents say that which children are connected to them. A child that has gone from one to another is claimed by both until the
 * former notices, if it ever does: who came last to say so knows best.
 */
export class Sayings {
  #byParent = new Map<string, Saying>();
  readonly #byChild = new Map<string, Set<string>>();
  #count = 0;

  /** All that is said now. Costs what has changed: a list that is the same object as before is what it was. */
  hear(said: Iterable<readonly [string, readonly string[]]>): void {
    const before = this.#byParent;
    const now = new Map<string, Saying>();
    for (const [parentUid, children] of said) {
      const known = before.get(parentUid);
      now.set(parentUid, known?.children === children ? known : this.#changed(parentUid, children, known));
    }
    for (const [parentUid, { children }] of before) if (!now.has(parentUid)) this.#drop(parentUid, children);
    this.#byParent = now;
  }

  /** Who came last to say so first. */
  parentsOf(childUid: string): readonly string[] {
    const parents = this.#byChild.get(childUid);
    if (parents === undefined) return [];
    const saidAt = (parentUid: string): number => this.#byParent.get(parentUid)?.saidAt.get(childUid) ?? 0;
    return [...parents].sort((left, right) => saidAt(right) - saidAt(left));
  }

  #changed(parentUid: string, children: readonly string[], known: Saying | undefined): Saying {
    const saidAt = new Map(children.map((uid) => [uid, known?.saidAt.get(uid) ?? ++this.#count]));
    const gone = known?.children.filter((uid) => !saidAt.has(uid)) ?? [];
    this.#drop(parentUid, gone);
    for (const uid of children) {
      const parents = this.#byChild.get(uid);
      if (parents === undefined) this.#byChild.set(uid, new Set([parentUid]));
      else parents.add(parentUid);
    }
    return { children, saidAt };
  }

  #drop(parentUid: string, children: readonly string[]): void {
    for (const uid of children) {
      const parents = this.#byChild.get(uid);
      parents?.delete(parentUid);
      if (parents?.size === 0) this.#byChild.delete(uid);
    }
  }
}
