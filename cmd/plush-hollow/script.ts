import { type HollowFault, type HollowFleet, hollowFaults } from "../../pkg/agent/index.ts";

/** One line of a script: after so many milliseconds, a fault of the machines hollow-FROM to hollow-TO. */
export interface FaultStep {
  readonly atMs: number;
  readonly names: readonly string[];
  /** A number: flapping with this period. */
  readonly fault: HollowFault | number;
}

/** Reads lines such as "5000 silent 1-10", "6000 heal 1-10" and "7000 flap=2000 3". Throws with the line that is wrong. */
export function readScript(text: string): readonly FaultStep[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map(readStep);
}

function readStep(line: string): FaultStep {
  const found = /^(\d+)\s+([a-z]+)(?:=(\d+))?\s+(\d+)(?:-(\d+))?$/.exec(line.trim());
  const [, at, word, period, from, to = from] = found ?? [];
  const fault = word === "flap" && period !== undefined ? Number(period) : hollowFaults.find((one) => one === word);
  if (fault === undefined)
    throw new Error(`${JSON.stringify(line)}: expected is MS FAULT FROM[-TO], FAULT ${hollowFaults.join("|")}|flap=MS`);
  const [first, last] = [Number(from), Number(to)];
  const names = Array.from({ length: last - first + 1 }, (_, index) => `hollow-${first + index}`);
  return { atMs: Number(at), names, fault };
}

/** Plays a script from now on. Machines of other parts of the fleet are theirs. */
export function playScript(steps: readonly FaultStep[], fleet: HollowFleet): void {
  for (const { atMs, names, fault } of steps) {
    const own = names.filter((name) => fleet.has(name));
    setTimeout(() => {
      if (typeof fault === "number") fleet.flap(fault, ...own);
      else fleet.inflict(fault, ...own);
    }, atMs).unref();
  }
}
