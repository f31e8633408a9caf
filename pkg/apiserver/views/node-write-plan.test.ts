import { describe, expect, test } from "vitest";
import { aResource } from "../../../test/support/builders.ts";
import type { JsonObject } from "../../merge/index.ts";
import { showNode } from "./node-view.ts";
import { planNodeWrite } from "./node-write-plan.ts";

const resource = aResource("m1", { spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] } });
const shown = showNode({ resource, version: "0" });

function write(change: Readonly<Record<string, unknown>>) {
  const wanted: JsonObject = JSON.parse(JSON.stringify({ ...shown, ...change }));
  return planNodeWrite({ resource, shown, wanted });
}

describe("a write to a Node", () => {
  test.each<[string, Readonly<Record<string, unknown>>, object]>([
    ["cordons", { spec: { ...shown.spec, unschedulable: true } }, { unschedulable: true, taints: [{ key: "gpu" }] }],
    ["drops taints", { spec: { ...shown.spec, taints: null } }, { unschedulable: false, taints: [] }],
    [
      "sets a taint",
      { spec: { ...shown.spec, taints: [{ key: "a", effect: "NoSchedule", timeAdded: "2026-01-01T00:00:00Z" }] } },
      { taints: [{ key: "a", effect: "NoSchedule" }] },
    ],
    ["says nothing of the status", { status: {} }, { unschedulable: false }],
  ])("%s", (_name, change, spec) => {
    expect(write(change)).toMatchObject({ resource: { metadata: { name: "m1" }, spec: { address: "m1", ...spec } } });
  });

  test("carries the version that it was made from", () => {
    const metadata = { ...shown.metadata, resourceVersion: "9", creationTimestamp: null };
    expect(write({ metadata })).toMatchObject({ resource: { metadata: { resourceVersion: "9", uid: "uid-m1" } } });
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["labels", { metadata: { ...shown.metadata, labels: { a: "b" } } }, "metadata.labels"],
    ["annotations", { metadata: { ...shown.metadata, annotations: { a: "b" } } }, "metadata.annotations"],
    ["another field", { spec: { ...shown.spec, podCIDR: "10.0.0.0/8" } }, "spec.podCIDR"],
    ["a field that goes", { spec: {} }, "spec.providerID"],
  ])("changes no %s", (_name, change, field) => {
    expect(write(change)).toMatchObject({ causes: [{ reason: "FieldValueForbidden", field }] });
  });
});
