import { expect, test } from "vitest";
import { foldProbe, initialProbe, isFatal, type ProbeKind, probeDelayMs } from "./plan-probe.ts";

const order = { periodMs: 1000, timeoutMs: 500, successThreshold: 2, failureThreshold: 3 };

/** Folds answers that come `stepMs` apart. */
function answered(kind: ProbeKind, answers: string, stepMs: number, passed = false) {
  let state = initialProbe(kind, passed);
  [...answers].forEach((answer, index) => {
    state = foldProbe(state, answer === "+", order, index * stepMs);
  });
  return { passes: state.passes, isFatal: isFatal(kind, state, order), state };
}

test.each([
  ["is not ready before enough successes in a row", "readiness", "+-+", 1000, false, false],
  ["is ready after them", "readiness", "-++", 1000, true, false],
  ["stays ready until enough failures", "readiness", "++--", 1000, true, false],
  ["is unready after them, which kills nothing", "readiness", "++---", 1000, false, false],
  ["lives until enough failures", "liveness", "--", 1000, true, false],
  ["is dead after them", "liveness", "---", 1000, false, true],
  ["may be asked often while it starts: failures count once a period", "startup", "----------", 100, false, false],
  ["has failed to start after enough periods", "startup", "---------------------", 100, false, true],
] as const)("a process %s", (_name, kind, answers, stepMs, passes, fatal) => {
  expect(answered(kind, answers, stepMs)).toMatchObject({ passes, isFatal: fatal });
});

test("B-HEA-2: questions come often until the first success, then by the period", () => {
  expect(probeDelayMs("readiness", answered("readiness", "-", 100).state, order, 0)).toBe(100);
  expect(probeDelayMs("readiness", answered("readiness", "-", 100).state, order, 20_000)).toBe(1000);
  expect(probeDelayMs("readiness", answered("readiness", "++", 100).state, order, 0)).toBe(1000);
  expect(probeDelayMs("liveness", answered("liveness", "", 100).state, order, 0)).toBe(1000);
});
