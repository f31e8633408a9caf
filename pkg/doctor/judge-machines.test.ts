import { expect, test } from "vitest";
import type { Condition, Resource } from "../api/index.ts";
import { judgeMachines, type Look } from "./judge-machines.ts";

function machine(
  name: string,
  ...conditions: readonly (readonly [string, Condition["status"], string, string])[]
): Resource {
  return {
    apiVersion: "plush.dev/v1",
    kind: "Resource",
    metadata: { name },
    spec: { address: "10.0.0.1" },
    status: {
      conditions: conditions.map(([type, status, reason, message]) => ({
        ...{ type, status, reason, message },
        lastTransitionTime: "",
      })),
    },
  } as unknown as Resource;
}

const ready = (name: string): Resource => machine(name, ["Ready", "True", "Ready", ""]);
const seen = (resource: Resource, look: Look = "answered") => ({ resource, look });

test("machines that are well are one line, with some of their names", () => {
  const many = [7, 6, 5, 4, 3, 2, 1].map((number) => seen(ready(`n${number}`)));
  expect(judgeMachines(many)).toEqual([
    { area: "machines", verdict: "Good", message: "7 ready: n1, n2, n3, n4, n5 and 2 more" },
  ]);
  expect(judgeMachines([])).toMatchObject([{ verdict: "Good", message: "there are none yet: plush create pool" }]);
});

test.each([
  ["AuthenticationFailed", "answered", /authorized_keys/],
  ["HostKeyChanged", "answered", /plush trust n1/],
  ["SudoFailed", "answered", /NOPASSWD/],
  ["Unreachable", "refused", /sshd/],
  ["Unreachable", "silent", /firewall/],
] as const)("%s of a machine that %s: what to do is said", (reason, look, mend) => {
  const ill = machine("n1", ["Ready", "False", "Failed", ""], ["Reachable", "False", reason, "as it was seen"]);
  const [finding] = judgeMachines([seen(ill, look)]);
  expect(finding).toMatchObject({ verdict: "Bad", mend: expect.stringMatching(mend) });
  expect(finding?.message).toContain(`n1: ${reason}: as it was seen; its SSH port`);
});

test("one that is being connected to is no more than a warning", () => {
  const young = machine("n1", ["Reachable", "Unknown", "Connecting", "uploading agent"]);
  expect(judgeMachines([seen(young)])).toMatchObject([{ verdict: "Warning" }]);
});

test("agents that work while their SSH port is closed are told of", () => {
  expect(judgeMachines([seen(ready("n1")), seen(ready("n2"), "silent")])).toMatchObject([
    { verdict: "Good" },
    { verdict: "Warning", message: "1 ready whose SSH port does not answer: n2" },
  ]);
});
