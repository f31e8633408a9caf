import { type Tone, toneOf } from "../ui/tone.ts";
import type { Machine } from "./machine.ts";

/** What an operator wants to know of many machines at a glance. */
export interface Summary {
  readonly machines: number;
  readonly sites: number;
  /** By state, the worst first. */
  readonly states: readonly (readonly [string, number])[];
  readonly members: number;
  readonly millis: Share;
  readonly bytes: Share;
}

/** What is set aside, of all that may be. */
interface Share {
  readonly taken: number;
  readonly total: number;
}

const severity: Readonly<Record<Tone, number>> = { bad: 0, warn: 1, busy: 2, idle: 3, good: 4 };

export function summaryOf(machines: Iterable<Machine>): Summary {
  const states = new Map<string, number>();
  const sites = new Set<string>();
  const [millis, bytes] = [
    { taken: 0, total: 0 },
    { taken: 0, total: 0 },
  ];
  let [count, members] = [0, 0];
  for (const { resource, state, group, room } of machines) {
    count++;
    sites.add(group);
    states.set(state, (states.get(state) ?? 0) + 1);
    members += resource.status?.allocations?.length ?? 0;
    millis.total += room.millis;
    millis.taken += room.takenMillis;
    bytes.total += room.bytes;
    bytes.taken += room.takenBytes;
  }
  const ranked = [...states].sort(([a], [b]) => severity[toneOf(a)] - severity[toneOf(b)] || (a < b ? -1 : 1));
  return { machines: count, sites: sites.size, states: ranked, members, millis, bytes };
}
