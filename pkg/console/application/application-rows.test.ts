import { expect, it } from "vitest";
import { type Application, kinds, mustDecode } from "../../api/index.ts";
import { isShown, rowOf } from "./application-rows.ts";

const application = (name: string, status: object): Application =>
  mustDecode(kinds.Application, {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name, namespace: "lab" },
    spec: { components: [{ name: "a" }] },
    status,
  });
const condition = (type: string, status: string, message: string) => ({
  ...{ type, status, message, reason: "Because", lastTransitionTime: "2026-01-01T00:00:00Z" },
});

const web = rowOf(
  application("web", {
    state: "Degraded",
    components: [
      { name: "a", ready: 2, replicas: 3 },
      { name: "b", ready: 1, replicas: 1 },
    ],
    conditions: [condition("Ready", "False", "2 of 3 are ready"), condition("Stalled", "False", "")],
  }),
);

it("sums up its components, and says what it waits for", () => {
  expect(web).toMatchObject({ ready: 3, wanted: 4, words: "2 of 3 are ready", isStalled: false });
  const conditions = [condition("Ready", "False", "not yet"), condition("Stalled", "True", "no machine fits")];
  expect(rowOf(application("web", { conditions }))).toMatchObject({ words: "no machine fits", isStalled: true });
  expect(rowOf(application("web", { conditions: [condition("Ready", "True", "")] })).words).toBe("");
});

it.each([
  ["", "", true],
  ["lab", "we degr", true],
  ["lab", "READY", true],
  ["other", "", false],
  ["", "web failed", false],
])("in namespace %j, %j is searched: %s", (namespace, search, wanted) => {
  expect(isShown(web, { namespace, search })).toBe(wanted);
});
