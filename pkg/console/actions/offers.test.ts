import { expect, it } from "vitest";
import { type KindInfo, type KubeObject, kinds } from "../../api/index.ts";
import { offersOf } from "./offers.ts";

const texts = (kind: KindInfo, content: object, owner?: string): readonly string[] => {
  const ownerReferences = [{ apiVersion: "plush.dev/v1", kind: owner ?? "", name: "x", uid: "x", controller: true }];
  const metadata = { name: "x", ...(owner !== undefined && { ownerReferences }) };
  return offersOf(kind, { apiVersion: "v1", kind: kind.kind, metadata, ...content } as KubeObject).map(
    ({ text }) => text,
  );
};
const common = ["Edit", "Labels", "Annotations", "Delete"];
const always = { restartPolicy: "Always" };

it.each<[string, readonly string[], readonly string[]]>([
  [
    "an application",
    texts(kinds.Application, { spec: { components: [{ replicas: 1 }] } }),
    ["Restart", "Pause the rollout", "Roll back", "Abort", "Scale"],
  ],
  [
    "one that is held",
    texts(kinds.Application, { spec: { pinnedRevision: 2 } }),
    ["Restart", "Resume the rollout", "Roll back", "Abort"],
  ],
  ["one that was aborted", texts(kinds.Application, { spec: { suspend: true } }), ["Start again"]],
  [
    "a machine",
    texts(kinds.Resource, { spec: {} }),
    ["Cordon", "Drain", "Drain, and delete what is not made anew", "Reboot"],
  ],
  ["one in quarantine", texts(kinds.Resource, { spec: {}, status: { quarantine: {} } }).slice(0, 1), ["Uncordon"]],
  [
    "one with another key",
    texts(kinds.Resource, { spec: {}, status: { presentedHostKey: "k" } }).slice(0, 1),
    ["Trust its new host key"],
  ],
  ["a process of a phase", texts(kinds.Process, { spec: always }, "Phase"), ["Restart"]],
  ["a process of a person", texts(kinds.Process, { spec: always }), []],
  ["one that runs once", texts(kinds.Process, { spec: { restartPolicy: "Never" } }, "Phase"), []],
])("%s", (_, offered, own) => {
  expect(offered).toEqual(offered.includes("Edit") ? [...own, ...common] : own);
});

it("offers of views and of what cannot be written only what can be done", () => {
  expect(texts(kinds.Pod, {})).toEqual([]);
  expect(texts(kinds.Service, {})).toEqual([]);
  expect(texts(kinds.Node, {})).toEqual(["Edit", "Labels", "Annotations"]);
});
