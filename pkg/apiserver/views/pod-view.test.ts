import { expect, test } from "vitest";
import { aBoundClaim, aComponent, aProcess, aResource } from "../../../test/support/builders.ts";
import { type Condition, kinds, mustDecode, type Pod, type ProcessStatus } from "../../api/index.ts";
import type { ApiObject } from "../backend.ts";
import { makeTable } from "../http/table.ts";
import { showPod } from "./pod-view.ts";

const claim = aBoundClaim("web-0", "m1");
const now = Date.parse("2026-01-01T01:00:00Z");

/** Has to be what the schema says of pods. */
function podOf(status: ProcessStatus | undefined, spec: Readonly<Record<string, unknown>> = {}, metadata = {}): Pod {
  const process = aProcess("p", claim, { spec, metadata, ...(status !== undefined && { status }) });
  return mustDecode(kinds.Pod, showPod({ process, resource: aResource("m1") }));
}

function row(pod: Pod): unknown[] {
  const objects = [pod as unknown as ApiObject];
  const { rows } = makeTable({ kind: kinds.Pod, objects, metadata: {}, includeObject: "None", now });
  return [...(rows[0]?.cells ?? [])];
}

const ready = (status: Condition["status"], reason: string): Condition => {
  return { type: "Ready", status, reason, message: "because", lastTransitionTime: "2026-01-01T00:30:00Z" };
};
const on = { resourceName: "m1" };
const ended = { startedAt: "2026-01-01T00:50:00.123Z", finishedAt: "2026-01-01T00:55:00.456Z" };

test.each<[string, ProcessStatus | undefined, string, string]>([
  ["nothing known", undefined, "Pending", "0/1 Pending 0"],
  ["waits for a machine", { state: "Pending", message: "waits" }, "Pending", "0/1 Pending 0"],
  ["ordered", { ...on, state: "Pending" }, "Pending", "0/1 ContainerCreating 0"],
  [
    "waits for a Secret",
    { ...on, state: "Pending", conditions: [ready("False", "ReferenceNotFound")] },
    "Pending",
    "0/1 CreateContainerConfigError 0",
  ],
  ["is being started", { ...on, state: "Starting" }, "Pending", "0/1 ContainerCreating 0"],
  ["runs its startup probe", { ...on, state: "Starting", pid: 7 }, "Running", "0/1 Running 0"],
  ["runs", { ...on, state: "Running", pid: 7 }, "Running", "0/1 Running 0"],
  ["ready", { ...on, state: "Ready", pid: 7, conditions: [ready("True", "Ready")] }, "Running", "1/1 Running 0"],
  ["is away", { ...on, state: "Ready", conditions: [ready("Unknown", "HostLost")] }, "Running", "0/1 NodeLost 0"],
  [
    "waits to be restarted",
    { ...on, state: "Pending", restarts: 3, exitCode: 1, reason: "Restarting", ...ended },
    "Running",
    "0/1 CrashLoopBackOff 3 (5m ago)",
  ],
  ["done", { ...on, state: "Exited", exitCode: 0, ...ended }, "Succeeded", "0/1 Completed 0"],
  ["ended badly", { ...on, state: "Exited", exitCode: 3, reason: "ExitCode", ...ended }, "Failed", "0/1 Error 0"],
  [
    "stopped on order",
    { ...on, state: "Exited", exitCode: 143, reason: "Stopped", ...ended },
    "Succeeded",
    "0/1 Stopped 0",
  ],
  [
    "given up",
    { ...on, state: "Failed", restarts: 5, exitCode: 1, reason: "RestartsExhausted", ...ended },
    "Failed",
    "0/1 RestartsExhausted 5",
  ],
  ["ended unseen", { ...on, state: "Failed", reason: "Lost", ...ended }, "Failed", "0/1 Lost 0"],
])("%s", (_name, status, phase, cells) => {
  const pod = podOf(status);
  expect(pod.status?.phase).toBe(phase);
  expect(row(pod).slice(1, 4).join(" ")).toBe(cells);
});

test("a pod is its process in another shape", () => {
  const process = aProcess("p", claim, {
    metadata: {
      ownerReferences: [{ apiVersion: "plush.dev/v1", kind: "Phase", name: "app-serve", uid: "u", controller: true }],
      finalizers: ["plush.dev/cleanup"],
    },
    spec: {
      args: ["--port", "$(PLUSH_PORT_MAIN)"],
      ports: [
        { name: "main", port: 0 },
        { name: "admin", port: 81 },
      ],
      env: [
        { name: "A", value: "1" },
        { name: "B", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
      ],
      limits: { memory: "64Mi" },
      stop: { timeout: "1500ms" },
    },
    status: { ...on, state: "Ready", pid: 7, startedAt: "2026-01-01T00:10:00.5Z", ports: { main: 4711 } },
  });
  const component = aComponent("web", { spec: { software: ["jre", "web"] } });
  const resource = aResource("m1", { spec: { address: "10.0.0.1", dataAddress: "10.1.0.1" } });
  const pod = mustDecode(kinds.Pod, showPod({ process, resource, component }));
  expect(pod.metadata).toMatchObject({
    name: "p",
    uid: "uid-p",
    ownerReferences: [{ kind: "Phase", controller: true }],
  });
  expect(pod.metadata.finalizers).toBeUndefined();
  expect(pod.spec).toMatchObject({
    nodeName: "m1",
    terminationGracePeriodSeconds: 2,
    containers: [
      {
        name: "main",
        image: "jre,web",
        command: ["server"],
        args: ["--port", "$(PLUSH_PORT_MAIN)"],
        ports: [
          { name: "main", containerPort: 4711 },
          { name: "admin", containerPort: 81 },
        ],
        env: [
          { name: "A", value: "1" },
          { name: "B", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
        ],
        resources: { limits: { memory: "64Mi" } },
      },
    ],
  });
  expect(pod.status).toMatchObject({
    hostIP: "10.0.0.1",
    podIP: "10.1.0.1",
    qosClass: "Burstable",
    containerStatuses: [{ ready: true, state: { running: { startedAt: "2026-01-01T00:10:00Z" } } }],
  });
  expect(row(pod).slice(5, 7)).toEqual(["10.1.0.1", "m1"]);
});

test("one that is being deleted is terminating", () => {
  const pod = podOf({ ...on, state: "Stopping" }, {}, { deletionTimestamp: "2026-01-01T00:59:00Z" });
  expect(row(pod)[2]).toBe("Terminating");
});

test("a member on every machine belongs to its machine, and what has ended needs none: draining leaves both", () => {
  const mirror = { "kubernetes.io/config.mirror": claim.metadata.uid };
  const component = aComponent("web", { spec: { everyResource: true } });
  expect(showPod({ process: aProcess("p", claim), component }).metadata.annotations).toEqual(mirror);
  const done = aProcess("p", claim, {
    spec: { restartPolicy: "Never" },
    status: { state: "Exited", exitCode: 0, epoch: 1, revision: "r1" },
  });
  expect(showPod({ process: done }).metadata.annotations).toEqual(mirror);
});
