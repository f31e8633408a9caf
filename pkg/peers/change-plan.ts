import { equalJson } from "../merge/index.ts";
import type { PeersChange, PeersChanges } from "../protocol/index.ts";
import type { PeerComponents } from "./text.ts";

type Entries = PeerComponents[string];

/** What has changed from one state of peers to another; undefined where that is more than half of them. */
export function changesBetween(before: PeerComponents, after: PeerComponents): PeersChanges | undefined {
  const changes = Object.entries(after).map(
    ([name, entries]) => [name, changeBetween(before[name] ?? [], entries)] as const,
  );
  const changed = changes.reduce((sum, [, { set, gone }]) => sum + set.length + gone.length, 0);
  const all = Object.values(after).reduce((sum, entries) => sum + entries.length, 0);
  return changed * 2 > all ? undefined : Object.fromEntries(changes);
}

function changeBetween(before: Entries, after: Entries): PeersChange {
  const former = byOrdinal(before);
  const ordinals = new Set(after.map(({ ordinal }) => ordinal));
  return {
    // Whoever has not changed is mostly the very same.
    set: after.filter((entry) => {
      const known = former.get(entry.ordinal);
      return known !== entry && !equalJson(known, entry);
    }),
    gone: [...former.keys()].filter((ordinal) => !ordinals.has(ordinal)),
  };
}

/** The state after changes. Where they were not made from `before`, some other one: its digest tells. */
export function applyChanges(before: PeerComponents, changes: PeersChanges): PeerComponents {
  return Object.fromEntries(
    Object.entries(changes).map(([name, change]) => [name, applyChange(before[name] ?? [], change)]),
  );
}

function applyChange(before: Entries, { set, gone }: PeersChange): Entries {
  if (set.length === 0 && gone.length === 0) return before;
  const entries = byOrdinal(before);
  for (const ordinal of gone) entries.delete(ordinal);
  for (const entry of set) entries.set(entry.ordinal, entry);
  return [...entries.values()].sort((left, right) => left.ordinal - right.ordinal);
}

function byOrdinal(entries: Entries): Map<number, Entries[number]> {
  return new Map(entries.map((entry) => [entry.ordinal, entry]));
}
