import { describe, expect, test } from "vitest";
import { aBoundClaim, aComponent, aProcess, aResource } from "../../test/support/builders.ts";
import { type KubeObject, kinds, mustDecode } from "../api/index.ts";
import { type CauseWorld, causesOf } from "./causes-plan.ts";

const empty: CauseWorld = {
  components: [],
  claims: [],
  phases: [],
  processes: [],
  software: [],
  resources: [],
  pools: [],
};

/** Conditions of something that is well, or of something that says why it is not. */
function telling<T extends KubeObject>(object: T, trouble?: string): T {
  const [reason = "", message = ""] = (trouble ?? "Ready").split(": ");
  const status = trouble === undefined ? "True" : "False";
  const conditions = [{ type: "Ready", status, reason, message, lastTransitionTime: "2026-01-01T00:00:00Z" }];
  return { ...object, status: { ...(object as { status?: object }).status, conditions } };
}

function owned<T extends KubeObject>(object: T, uid: string): T {
  const ownerReferences = [{ apiVersion: "plush.dev/v1", kind: "X", name: "x", uid, controller: true }];
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

const chain = (start: KubeObject, world: Partial<CauseWorld>): readonly string[] =>
  causesOf(start, { ...empty, ...world }).map(
    ({ object, words }) => `${object.kind} ${object.metadata.name}: ${words}`,
  );

const run = { name: "main", command: ["./main"], restartPolicy: "Never" };
const application: KubeObject = {
  apiVersion: "plush.dev/v1",
  kind: "Application",
  metadata: { name: "web", uid: "app" },
};

describe("causesOf", () => {
  test("B-PLN-2: plush why leads from an application to the machine that is lost", () => {
    const component = owned(telling(aComponent("web", {}), "Degraded: 1 of 2 members are ready"), "app");
    const resource = telling(aResource("m1", {}), "Unreachable: silence everywhere");
    const claim = telling(aBoundClaim("web-0", "m1"), "HostLost: m1 does not answer");
    const start = telling(application, "Progressing: 1 of 2 members are ready");
    expect(chain(start, { components: [component], claims: [claim], resources: [resource] })).toEqual([
      "Application web: Progressing: 1 of 2 members are ready",
      "Component web: Degraded: 1 of 2 members are ready",
      "Claim web-0: HostLost: m1 does not answer",
      "Resource m1: Unreachable: silence everywhere",
    ]);
  });

  test("from a phase that failed to the process that ended badly", () => {
    const claim = aBoundClaim("web-0", "m1");
    const process = telling(aProcess("web-run-0", claim, { spec: { ordinal: 0 } }), "Failed: exited with 3");
    const failed = owned(
      telling(
        mustDecode(kinds.Phase, {
          apiVersion: "plush.dev/v1",
          kind: "Phase",
          metadata: { name: "app-serve", namespace: "default", uid: "phase" },
          spec: { phase: "serve", components: ["web"], applicationName: "web", processes: [run] },
          status: { state: "Failed", failed: [{ component: "web", ordinal: 0, message: "exited with 3" }] },
        }),
        "Failed: needs all 2",
      ),
      "app",
    );
    const start = telling(application, "Failed: phase run failed");
    expect(chain(start, { phases: [failed], processes: [process] }).slice(1)).toEqual([
      "Phase app-serve: Failed: needs all 2",
      "Process web-run-0: Failed: exited with 3",
    ]);
  });

  test("the member that needs a person is the cause, not the one before it that waits for it", () => {
    const component = owned(telling(aComponent("web", {}), "NotEnoughReady: 0 of 2 members are ready"), "app");
    const waiting = telling(aBoundClaim("web-0", "m1"), "ProcessNotReady: not ordered yet");
    const stuck = telling(aBoundClaim("web-1", "m2"), "Unschedulable: no machine fits");
    const stalled = { type: "Stalled", status: "True", reason: "Unschedulable", message: "no machine fits" } as const;
    const conditions = [{ ...stalled, lastTransitionTime: "2026-01-01T00:00:00Z" }];
    const claims = [waiting, { ...stuck, status: { conditions } }];
    expect(chain(telling(application, "Stalled: x"), { components: [component], claims }).slice(2)).toEqual([
      "Claim web-1: Unschedulable: no machine fits",
    ]);
  });

  test("what is well has no cause", () => {
    expect(chain(telling(application), { phases: [] })).toEqual(["Application web: is ready"]);
  });
});
