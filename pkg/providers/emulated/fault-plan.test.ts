import { expect, test } from "vitest";
import type { EmulatedFault } from "../../api/index.ts";
import { nextChangeAfter, statesAt } from "./fault-plan.ts";

const hosts = [
  { name: "w-1", site: "a" },
  { name: "w-2", site: "b" },
  { name: "w-3", site: "a" },
];

const faults: readonly EmulatedFault[] = [
  { at: "10s", for: "20s", host: "w-2", kind: "PowerOff" },
  { at: "15s", for: "5s", site: "a", kind: "Cut" },
  { at: "18s", host: "w-3", kind: "Freeze" },
  { at: "40s", for: "10s", host: "w-1", kind: "CutIn" },
  { at: "45s", for: "10s", host: "w-1", kind: "CutOut" },
  { at: "60s", for: "10s", host: "w-2", kind: "Crash" },
];

function textAt(seconds: number): string {
  const states = [...statesAt(hosts, faults, seconds * 1000)];
  return states.map(([, { power, cut, isFrozen }]) => `${power}/${cut}${isFrozen ? "/frozen" : ""}`).join(" ");
}

test.each([
  [0, "on/none on/none on/none", "nothing yet"],
  [10, "on/none off/none on/none", "one without power"],
  [19, "on/both off/none on/both/frozen", "a whole site cut, and one of it frozen besides"],
  [20, "on/none off/none on/none/frozen", "what ends, ends; what has no end stays"],
  [30, "on/none on/none on/none/frozen", "power again"],
  [42, "on/in on/none on/none/frozen", "nothing comes"],
  [47, "on/both on/none on/none/frozen", "two faults at once add up"],
  [52, "on/out on/none on/none/frozen", "and end one by one"],
  [65, "on/none crashed/none on/none/frozen", "a crash"],
])("B-EMUL-4: after %i s: %s (%s)", (seconds, expected) => {
  expect(textAt(seconds)).toBe(expected);
});

test("the schedule is looked at when it changes, and no more after its end", () => {
  const changes: number[] = [];
  for (let at = nextChangeAfter(faults, -1); at !== undefined; at = nextChangeAfter(faults, at))
    changes.push(at / 1000);
  expect(changes).toEqual([10, 15, 18, 20, 30, 40, 45, 50, 55, 60, 70]);
  expect(nextChangeAfter([], 0)).toBeUndefined();
});
