import type { EmulatedFault } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";

/** How a host is to be at a moment. */
export interface HostState {
  readonly power: "on" | "crashed" | "off";
  /** Which way no packet goes. */
  readonly cut: "none" | "in" | "out" | "both";
  readonly isFrozen: boolean;
}

export interface FaultedHost {
  readonly name: string;
  readonly site?: string;
}

const healthy: HostState = { power: "on", cut: "none", isFrozen: false };

/** How every host is to be so long after the beginning, by the schedule. */
export function statesAt(
  hosts: readonly FaultedHost[],
  faults: readonly EmulatedFault[],
  elapsedMs: number,
): ReadonlyMap<string, HostState> {
  const now = faults.filter((fault) => beginOf(fault) <= elapsedMs && elapsedMs < endOf(fault));
  return new Map(
    hosts.map((host) => {
      const own = now.filter(
        (fault) => fault.host === host.name || (fault.site !== undefined && fault.site === host.site),
      );
      return [host.name, own.map(({ kind }) => kind).reduce(withFault, healthy)];
    }),
  );
}

/** When the schedule says something else for the next time; undefined: never again. */
export function nextChangeAfter(faults: readonly EmulatedFault[], elapsedMs: number): number | undefined {
  const coming = faults.flatMap((fault) => [beginOf(fault), endOf(fault)]).filter((at) => at > elapsedMs);
  const next = Math.min(...coming);
  return Number.isFinite(next) ? next : undefined;
}

function beginOf({ at }: EmulatedFault): number {
  return durationMs(at);
}

function endOf(fault: EmulatedFault): number {
  return fault.for === undefined ? Number.POSITIVE_INFINITY : beginOf(fault) + durationMs(fault.for);
}

/** Faults add up: what is off and cut is both. */
function withFault(state: HostState, kind: EmulatedFault["kind"]): HostState {
  switch (kind) {
    case "PowerOff":
      return { ...state, power: "off" };
    case "Crash":
      return state.power === "off" ? state : { ...state, power: "crashed" };
    case "Cut":
      return { ...state, cut: "both" };
    case "CutIn":
      return { ...state, cut: state.cut === "none" || state.cut === "in" ? "in" : "both" };
    case "CutOut":
      return { ...state, cut: state.cut === "none" || state.cut === "out" ? "out" : "both" };
    case "Freeze":
      return { ...state, isFrozen: true };
  }
}
