import { expect, test } from "vitest";
import { kinds, mustDecode, type Process } from "../api/index.ts";
import { isBeyondBarriers } from "./changes.ts";

function seen(status: object): Process {
  const spec = { command: ["a"], restartPolicy: "Always", resourceName: "n1" };
  const metadata = { name: "a", namespace: "default", generation: 1 };
  return mustDecode(kinds.Process, { apiVersion: "plush.dev/v1", kind: "Process", metadata, spec, status });
}

const waiting = { name: "step", round: 1, state: "Waiting", at: "2026-01-01T00:00:00Z" };

test.each([
  ["an entry into a barrier is none", { state: "Ready", barriers: [waiting] }, false],
  ["another state is one", { state: "Failed", barriers: [waiting] }, true],
  ["the same is none", { state: "Ready" }, false],
])("changes of a process beyond barriers: %s", (_, after, is) => {
  expect(isBeyondBarriers(seen({ state: "Ready" }), seen(after))).toBe(is);
});
