import { expect, test } from "vitest";
import { aReadyResource } from "../../../test/support/builders.ts";
import type { Resource } from "../../api/index.ts";
import { hasMoreRoom } from "./room.ts";

const machine = aReadyResource("m1");

function changed(change: {
  readonly spec?: Partial<Resource["spec"]>;
  readonly status?: Resource["status"];
}): Resource {
  return {
    ...machine,
    metadata: { ...machine.metadata, ...(change.spec !== undefined && { generation: 2 }) },
    spec: { ...machine.spec, ...change.spec },
    status: { ...machine.status, ...change.status },
  };
}

const allocation = { component: "a", namespace: "default", claimName: "a-0", claimUid: "c1", epoch: 1, requests: {} };
const taken = changed({ status: { allocations: [allocation] } });

test.each<[string, Resource, Resource, boolean]>([
  ["nothing", machine, changed({}), false],
  ["a place that is taken", machine, taken, false],
  ["a place that is free again", taken, machine, true],
  [
    "residue that is paid",
    changed({ status: { residue: [{ ...allocation, since: "", reason: "away" }] } }),
    machine,
    true,
  ],
  ["a label", machine, changed({ spec: { labels: { site: "x" } } }), true],
  ["other attributes", machine, changed({ status: { attributes: { "cpu.cores": 64 } } }), true],
  ["a cordon", machine, changed({ spec: { unschedulable: true } }), false],
  ["its end", changed({ spec: { unschedulable: true } }), machine, true],
])("claims that wait look again at a machine after %s: or not", (_name, before, after, expected) => {
  expect(hasMoreRoom(before, after)).toBe(expected);
});
