import type { EnteredMember, Member } from "../api/index.ts";

type Entries = readonly EnteredMember[];

/** Lists are as long as components have members, and are asked once for each of them: they are not walked each time. */
const indexes = new WeakMap<Entries, ReadonlyMap<string, Entries>>();
const none: Entries = [];

/** Entries of one ordinal in a list that does not change any more; of several holders in the order of the list. */
export function entriesOf(entries: Entries, { component, ordinal }: Member): Entries {
  const index = indexes.get(entries) ?? indexOf(entries);
  indexes.set(entries, index);
  return index.get(`${component}/${ordinal}`) ?? none;
}

function indexOf(entries: Entries): ReadonlyMap<string, Entries> {
  const index = new Map<string, EnteredMember[]>();
  for (const entry of entries) {
    const name = `${entry.component}/${entry.ordinal}`;
    const group = index.get(name);
    if (group === undefined) index.set(name, [entry]);
    else group.push(entry);
  }
  return index;
}
