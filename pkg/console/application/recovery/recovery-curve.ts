import type { Claim, Event } from "../../../api/index.ts";
import { parseTimestamp } from "../../../clock/index.ts";

/** So many members served from a moment on, of so many that were wanted. */
export interface CurvePoint {
  readonly at: number;
  readonly ready: number;
  readonly wanted: number;
}

/** Machines that members were taken from, together. */
export interface Loss {
  readonly at: number;
  readonly machines: readonly string[];
}

/** From a loss to all being back. */
export interface Dip {
  readonly from: number;
  readonly lost: number;
  /** So many served before. */
  readonly level: number;
  /** Undefined: not yet. */
  readonly until: number | undefined;
  /** Machines that were lost meanwhile; none: members were only away, as in an update. */
  readonly machines: readonly string[];
}

const maxPoints = 20_000;

/** Serving members over time, as it goes on. */
export class RecoveryCurve {
  #points: CurvePoint[];

  constructor(past: readonly CurvePoint[] = []) {
    this.#points = [...past];
  }

  get points(): readonly CurvePoint[] {
    return this.#points;
  }

  /** True: that is something new. */
  add({ at, ready, wanted }: CurvePoint): boolean {
    const last = this.#points.at(-1);
    if (last?.ready === ready && last.wanted === wanted) return false;
    if (last !== undefined && at <= last.at) this.#points.pop();
    this.#points.push({ at: Math.max(at, last?.at ?? at), ready, wanted });
    // The oldest quarter goes: the rest is still more than a screen can show.
    if (this.#points.length > maxPoints) this.#points = this.#points.slice(maxPoints / 4);
    return true;
  }
}

/** Members that serve, and members that are wanted: those with an ordinal. */
export function servingOf(claims: readonly Claim[]): Pick<CurvePoint, "ready" | "wanted"> {
  let [ready, wanted] = [0, 0];
  for (const { spec, status } of claims) {
    if (spec.ordinal === undefined) continue;
    wanted++;
    if (status?.state === "Ready") ready++;
  }
  return { ready, wanted };
}

interface Turn {
  readonly at: number;
  readonly isUp: boolean;
}

/**
 * What can still be told of the time before anybody looked: Events and claims say when members became ready, when they were
 * lost and when they were replaced.
 */
export function pastCurve(claims: readonly Claim[], events: readonly Event[]): readonly CurvePoint[] {
  const eventsOf = new Map<string, Event[]>();
  for (const event of events) {
    const { uid = "" } = event.involvedObject;
    const own = eventsOf.get(uid) ?? [];
    eventsOf.set(uid, own);
    own.push(event);
  }
  const members = claims.filter(({ spec }) => spec.ordinal !== undefined);
  return summedUp(members.flatMap((claim) => stepsOf(claim, eventsOf.get(claim.metadata.uid ?? "") ?? [])));
}

/** One more or one fewer. */
type Step = CurvePoint;

function stepsOf(claim: Claim, events: readonly Event[]): readonly Step[] {
  const begin = timeOf(claim.metadata.creationTimestamp);
  const steps: Step[] = begin === undefined ? [] : [{ at: begin, ready: 0, wanted: 1 }];
  let isUp = false;
  for (const turn of turnsOf(claim, events)) {
    if (turn.isUp !== isUp) steps.push({ at: turn.at, ready: turn.isUp ? 1 : -1, wanted: 0 });
    isUp = turn.isUp;
  }
  return steps;
}

function summedUp(steps: readonly Step[]): readonly CurvePoint[] {
  const points: CurvePoint[] = [];
  let [ready, wanted] = [0, 0];
  for (const step of [...steps].sort((a, b) => a.at - b.at)) {
    ready += step.ready;
    wanted += step.wanted;
    if (points.at(-1)?.at === step.at) points.pop();
    points.push({ at: step.at, ready, wanted });
  }
  return points;
}

const downReasons: ReadonlySet<string> = new Set([
  ...["HostDead", "HostDown", "HostUnreachable", "AgentDead", "HostRebooted", "Replaced", "Moved", "CrashLoop"],
]);

function turnsOf({ metadata, status }: Claim, events: readonly Event[]): readonly Turn[] {
  const turns: Turn[] = [];
  const add = (text: string | undefined, isUp: boolean): void => {
    const at = timeOf(text);
    if (at !== undefined) turns.push({ at, isUp });
  };
  for (const { reason = "", eventTime, firstTimestamp, lastTimestamp, series } of events) {
    if (reason !== "Ready" && !downReasons.has(reason)) continue;
    for (const time of new Set([eventTime ?? firstTimestamp, series?.lastObservedTime ?? lastTimestamp]))
      add(time, reason === "Ready");
  }
  for (const { at } of status?.replacements ?? []) add(at, false);
  add(status?.failure?.at, false);
  add(status?.readySince, true);
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (status?.state !== "Ready" && turns.length > 0) add(ready?.lastTransitionTime, false);
  const begin = timeOf(metadata.creationTimestamp) ?? 0;
  return turns.map((turn) => ({ ...turn, at: Math.max(begin, turn.at) })).sort((a, b) => a.at - b.at);
}

/** Replacements that were decided within so long of each other were one loss. */
const togetherMs = 1000;

export function lossesOf(claims: readonly Claim[]): readonly Loss[] {
  const all = claims
    .flatMap(({ status }) => status?.replacements ?? [])
    .flatMap(({ at, from }) => {
      const time = timeOf(at);
      return time === undefined ? [] : [{ at: time, from }];
    })
    .sort((a, b) => a.at - b.at);
  const losses: { at: number; machines: string[] }[] = [];
  for (const { at, from } of all) {
    const last = losses.at(-1);
    if (last === undefined || at - last.at > togetherMs) losses.push({ at, machines: [from] });
    else if (!last.machines.includes(from)) last.machines.push(from);
  }
  return losses;
}

/** Where fewer served than before, though as many were wanted. To start is not to recover, and to scale down no loss. */
export function dipsOf(points: readonly CurvePoint[], losses: readonly Loss[]): readonly Dip[] {
  const dips: Omit<Dip, "machines">[] = [];
  let level = 0;
  let open: { from: number; lost: number; level: number } | undefined;
  for (const { at, ready, wanted } of points) {
    level = Math.min(Math.max(level, ready), wanted);
    if (ready < level) {
      open ??= { from: at, lost: 0, level };
      open.lost = Math.max(open.lost, level - ready);
      open.level = level;
    } else if (open !== undefined) {
      dips.push({ ...open, until: at });
      open = undefined;
    }
  }
  if (open !== undefined) dips.push({ ...open, until: undefined });
  return dips.map((dip) => ({ ...dip, machines: lostWithin(losses, dip.from, dip.until) }));
}

/** The clocks of the page and of the server are not the same. */
const clocksApartMs = 2000;

function lostWithin(losses: readonly Loss[], from: number, until = Number.POSITIVE_INFINITY): readonly string[] {
  return losses
    .filter(({ at }) => at >= from - clocksApartMs && at <= until + clocksApartMs)
    .flatMap(({ machines }) => machines);
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTimestamp(text);
}
