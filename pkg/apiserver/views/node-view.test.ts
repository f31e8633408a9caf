import { expect, test } from "vitest";
import { aReadyResource, aResource } from "../../../test/support/builders.ts";
import { kinds, mustDecode, type Node, type Resource } from "../../api/index.ts";
import type { ApiObject } from "../backend.ts";
import { makeTable } from "../http/table.ts";
import { showNode } from "./node-view.ts";

function nodeOf(resource: Resource): Node {
  return mustDecode(kinds.Node, showNode({ resource, version: "0.1.0" }));
}

function row(resource: Resource): unknown[] {
  const objects = [nodeOf(resource) as unknown as ApiObject];
  const { rows } = makeTable({ kind: kinds.Node, objects, metadata: {}, includeObject: "None", now: Date.now() });
  return [...(rows[0]?.cells ?? [])];
}

const attributes = {
  "cpu.cores": 4,
  "memory.total": 8 * 2 ** 30,
  os: "linux",
  "os.name": "Debian GNU/Linux 12",
  arch: "amd64",
  kernel: "6.1.0",
};
const agent = { version: "abc", nodeVersion: "v20.20.2" };

test("a node is its resource in another shape", () => {
  const resource = aReadyResource("m1", {
    metadata: { labels: { "node-role.kubernetes.io/edge": "" } },
    spec: {
      address: "10.0.0.1",
      labels: { site: "sjc" },
      unschedulable: true,
      taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }],
    },
    status: { agent, attributes, bootIdentity: "boot-1", allocatable: { cpu: "3500m", memory: 4 * 2 ** 30 } },
  });
  const node = nodeOf(resource);
  expect(node).toMatchObject({
    metadata: { name: "m1", uid: "uid-m1", labels: { site: "sjc", "kubernetes.io/arch": "amd64" } },
    spec: { unschedulable: true, taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
    status: {
      capacity: { cpu: "4", memory: "8Gi" },
      allocatable: { cpu: "3500m", memory: "4Gi" },
      addresses: [
        { type: "InternalIP", address: "10.0.0.1" },
        { type: "Hostname", address: "m1" },
      ],
      nodeInfo: { kernelVersion: "6.1.0", architecture: "amd64", bootID: "boot-1" },
    },
  });
  const cells = row(resource);
  expect([...cells.slice(0, 3), ...cells.slice(4)]).toEqual([
    ...["m1", "Ready,SchedulingDisabled", "edge", "v0.1.0+plush", "10.0.0.1", "<none>"],
    ...["Debian GNU/Linux 12", "6.1.0", "plush://v20.20.2"],
  ]);
});

test("of a machine that was never reached nothing is known", () => {
  const resource = aResource("m1", { spec: { address: "m1.example.org" } });
  expect(nodeOf(resource).status?.conditions).toMatchObject([{ type: "Ready", status: "Unknown" }]);
  const cells = row(resource);
  expect([...cells.slice(1, 3), ...cells.slice(4)]).toEqual([
    ...["NotReady", "<none>", "", "<none>", "<none>", "<unknown>", "<unknown>", "<unknown>"],
  ]);
});
