import { expect, test } from "vitest";
import { aReadyResource, connected } from "../../../test/support/builders.ts";
import { match, summarizeRefusals } from "../../match/index.ts";
import { machineView } from "./machine-views.ts";

const request = {
  namespace: "default",
  component: "web",
  pools: [],
  attributes: [],
  spread: [],
  tolerations: [],
  requests: {},
  ports: [],
  perMachine: 1,
  dedicated: false,
  avoid: {},
};

function machine(name: string, ...types: readonly string[]) {
  const at = { reason: "Some", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" };
  const rows = ["Ready", ...types].map((type) => ({ type, status: "True" as const, ...at }));
  const resource = aReadyResource(name, { status: { conditions: rows } });
  return machineView({ resource, observation: connected(), assumed: [] });
}

test("B-HEA-5: nothing new is bound to a machine short of disk or memory, and it is told why", () => {
  const short = [machine("a", "DiskPressure"), machine("b", "MemoryPressure", "LoadPressure")];
  const { chosen, refusals } = match(request, short);
  expect(chosen).toBeUndefined();
  expect(summarizeRefusals(refusals, 2)).toBe("0/2 machines: 1 under DiskPressure, 1 under MemoryPressure");
  expect(match(request, [...short, machine("c", "LoadPressure")]).chosen?.name).toBe("c");
});
