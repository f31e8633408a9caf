import { describe, expect, test } from "vitest";
import { aBoundClaim, aProcess } from "../../../test/support/builders.ts";
import type { ProcessStatus } from "../../api/index.ts";
import { bareClaim } from "./bare-claim-plan.ts";
import { transitionsOf } from "./transitions.ts";

const run = { epoch: 1, revision: "r1", resourceName: "m1", restarts: 0 } as const;
const pending: ProcessStatus = { state: "Pending", resourceName: "m1" };
const ready: ProcessStatus = { ...run, state: "Ready" };

function told(before: ProcessStatus | undefined, after: ProcessStatus): readonly string[] {
  const process = aProcess("p", aBoundClaim("web-0", "m1"), before === undefined ? {} : { status: before });
  return transitionsOf(process, after).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
}

describe("what is told as Events", () => {
  test.each<[string, ProcessStatus | undefined, ProcessStatus, readonly string[]]>([
    ["ready", pending, ready, ["Normal Ready: ready on m1"]],
    ["the same", ready, ready, []],
    ["ready in a new epoch", ready, { ...ready, epoch: 2, resourceName: "m2" }, ["Normal Ready: ready on m2"]],
    ["ready with a new revision", ready, { ...ready, revision: "r2" }, ["Normal Ready: ready on m1"]],
    ["a good end", ready, { ...run, state: "Exited", exitCode: 0 }, ["Normal Exited: exited with 0 on m1"]],
    ["a bad end", ready, { ...run, state: "Exited", exitCode: 3 }, ["Warning Failed: failed on m1: exited with 3"]],
    [
      "a bad end with its last words",
      ready,
      { ...run, state: "Exited", exitCode: 3, output: "oops\n" },
      ["Warning Failed: failed on m1: exited with 3; last output: oops"],
    ],
    [
      "stopped on order",
      ready,
      { ...run, state: "Exited", reason: "Stopped", exitCode: 143 },
      ["Normal Stopped: stopped on m1"],
    ],
    ["stopped on request", ready, { ...run, state: "Exited", message: "stopped" }, []],
    ["given up", ready, { ...run, state: "Failed", exitCode: 1 }, ["Warning Failed: given up on m1: exited with 1"]],
    ["lost", ready, { ...run, state: "Lost" }, ["Warning Lost: ended unseen on m1"]],
    [
      "a restart",
      ready,
      { ...run, state: "Pending", restarts: 1, message: "ended by SIGKILL" },
      ["Warning Restarted: restarted on m1: ended by SIGKILL"],
    ],
    [
      "restarts that were over before they were seen",
      { ...ready, restarts: 1 },
      { ...ready, restarts: 3 },
      ["Warning Restarted: restarted on m1"],
    ],
    [
      "restarts of an earlier run",
      { ...ready, restarts: 5 },
      { ...ready, revision: "r2" },
      ["Normal Ready: ready on m1"],
    ],
    ["ordered, nothing reported", undefined, pending, []],
    ["first seen", undefined, ready, ["Normal Ready: ready on m1"]],
  ])("%s", (_name, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });
});

test("the claim of a bare process: its name, its machine, its fixed ports", () => {
  const process = aProcess("p", aBoundClaim("web-0", "m1"), {
    spec: {
      resourceName: "m3",
      ports: [
        { name: "http", port: 80 },
        { name: "any", port: 0 },
      ],
    },
  });
  expect(bareClaim(process)).toMatchObject({
    metadata: { name: "p", namespace: "default", ownerReferences: [{ kind: "Process", name: "p", controller: true }] },
    spec: { component: "process", targetResourceName: "m3", ports: [80], epoch: 0 },
  });
});
