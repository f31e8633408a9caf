import type { BarrierRelease, EnteredMember, Member, Phase, Process } from "../../../api/index.ts";
import { parseTimestamp } from "../../../clock/index.ts";

/** A member that entered a barrier, and when. */
export interface Entry {
  readonly member: string;
  readonly at: number;
  /** It came after the release. */
  readonly isLate: boolean;
  /** The phase does not say when: it is when its last process was done. */
  readonly isDerived: boolean;
}

export interface TimeLineRow {
  readonly phase: string;
  readonly state: string;
  /** Undefined: it has not opened. */
  readonly from: number | undefined;
  /** When it was released; undefined while it was not. */
  readonly to: number | undefined;
  /** In the order of their times. */
  readonly entries: readonly Entry[];
  /** Expected, and not in yet: or, of one that was released, not in at the release. */
  readonly missing: readonly string[];
  readonly failed: readonly string[];
  readonly expected: number;
  readonly release: BarrierRelease | undefined;
}

export interface TimeLine {
  readonly rows: readonly TimeLineRow[];
  readonly from: number;
  readonly to: number;
}

/** "web-3". */
export function memberName({ component, ordinal }: Member): string {
  return `${component}-${ordinal}`;
}

/** Phases as bars from opening to release, with who entered when. Phases come in the order in which they began. */
export function timeLineOf(phases: readonly Phase[], processes: readonly Process[], now: number): TimeLine {
  const rows = phases.map((phase) => rowOf(phase, processes));
  const begin = ({ from }: TimeLineRow): number => from ?? Number.POSITIVE_INFINITY;
  const sorted = rows.sort((a, b) => (begin(a) === begin(b) ? 0 : begin(a) - begin(b)));
  const times = sorted
    .flatMap(({ from, to, entries }) => [from, to, entries.at(-1)?.at])
    .filter((at) => at !== undefined);
  const isGoingOn = sorted.some(({ from, to, state }) => from !== undefined && to === undefined && state !== "Failed");
  const first = times.length === 0 ? now : Math.min(...times);
  const last = isGoingOn || times.length === 0 ? now : Math.max(...times);
  return { rows: sorted, from: first, to: Math.max(last, first + 1) };
}

function rowOf({ spec, status, metadata }: Phase, processes: readonly Process[]): TimeLineRow {
  const { expected = [], entered = [], failed = [], release } = status ?? {};
  const to = timeOf(release?.at);
  const own = processes.filter((process) => process.spec.phaseName === metadata.name);
  // Who comes after the release is not written down: its processes tell.
  const late = (release?.missing ?? []).map((member): EnteredMember => ({ ...member, epoch: 0 }));
  const entries = [...inAtAll([...late, ...entered], release?.members ?? [])].flatMap(([member, { at }]): Entry[] => {
    const told = timeOf(at);
    const when = told ?? doneAt(member, own);
    return when === undefined
      ? []
      : [{ member, at: when, isLate: to !== undefined && when > to, isDerived: told === undefined }];
  });
  const names = new Set(entered.map(memberName));
  return {
    phase: spec.phase,
    state: status?.state ?? "Waiting",
    from: timeOf(status?.openedAt),
    to,
    entries: entries.sort((a, b) => a.at - b.at),
    missing: (release?.missing ?? expected.filter((member) => !names.has(memberName(member)))).map(memberName),
    failed: failed.map(memberName),
    expected: expected.length,
    release,
  };
}

/** Who was in at the release stays in; one that was replaced before it enters anew. */
function inAtAll(
  entered: readonly EnteredMember[],
  released: readonly EnteredMember[],
): ReadonlyMap<string, EnteredMember> {
  return new Map([...entered, ...released].map((member) => [memberName(member), member]));
}

/** When the last process of the member in the phase ended well, or became ready. */
function doneAt(member: string, processes: readonly Process[]): number | undefined {
  const own = processes.filter(
    ({ spec }) => spec.component !== undefined && `${spec.component}-${spec.ordinal}` === member,
  );
  const times = own.flatMap(({ status }) => {
    const ready = status?.conditions?.find(({ type, status: is }) => type === "Ready" && is === "True");
    return timeOf(status?.finishedAt ?? ready?.lastTransitionTime) ?? [];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTimestamp(text);
}

/** The entry that is nearest to a moment; undefined where there is none. */
export function nearestEntry(entries: readonly Entry[], at: number): Entry | undefined {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const [left, right] = [entries[low - 1], entries[low]];
  if (left === undefined || right === undefined) return left ?? right;
  return at - left.at <= right.at - at ? left : right;
}

const [second, minute, day] = [1000, 60_000, 86_400_000];
const axisSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 360, 720].map((count) => count * minute),
  ...[1, 2, 7, 30, 365].map((count) => count * day),
];

/** Marks of an axis that counts from `origin`: at round distances from it, and at most so many. */
export function axisTicks(origin: number, from: number, to: number, most: number): readonly number[] {
  const step = axisSteps.find((each) => (to - from) / each <= most) ?? (to - from) / most;
  const first = Math.ceil((from - origin) / step);
  const count = Math.max(0, Math.floor((to - origin) / step) - first + 1);
  return Array.from({ length: count }, (_, index) => origin + (first + index) * step);
}
