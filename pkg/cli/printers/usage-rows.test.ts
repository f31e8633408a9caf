import { expect, test } from "vitest";
import { aResource } from "../../../test/support/builders.ts";
import type { NodeMetrics } from "../../api/index.ts";
import { machineRows, sortUsage, sumUsage, usageCells } from "./usage-rows.ts";

const metrics = (name: string, cpu: string, memory: string): NodeMetrics => ({
  apiVersion: "metrics.k8s.io/v1beta1",
  kind: "NodeMetrics",
  metadata: { name },
  timestamp: "2026-01-01T00:00:00Z",
  window: "1s",
  usage: { cpu, memory },
});

const machines = ["m2", "m1", "m3"].map((name) =>
  aResource(name, { status: { allocatable: { cpu: 2, memory: "1Gi" } } }),
);
const rows = machineRows(machines, [metrics("m1", "500m", "256Mi"), metrics("m2", "1", "131072Ki")]);
const look = { headers: true, namespaces: false, shares: true };

test("machines with what they use and their share of it; one that does not answer is told", () => {
  expect(usageCells(sortUsage(rows, "name"), look)).toEqual([
    ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"],
    ["m1", "500m", "25%", "256Mi", "25%"],
    ["m2", "1000m", "50%", "128Mi", "12%"],
    ["m3", "<unknown>", "<unknown>", "<unknown>", "<unknown>"],
  ]);
});

test.each([
  ["cpu", ["m2", "m1", "m3"]],
  ["memory", ["m1", "m2", "m3"]],
] as const)("by %s: who uses most comes first", (order, names) => {
  expect(sortUsage(rows, order).map(({ name }) => name)).toEqual(names);
});

test("all together: of those that answer, and their share of what those have", () => {
  expect(usageCells([sumUsage(rows)], { ...look, headers: false })).toEqual([
    ["(2 of 3)", "1500m", "37%", "384Mi", "18%"],
  ]);
});
