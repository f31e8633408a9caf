import { describe, expect, test } from "vitest";
import { kinds, matchesFields, parseFieldSelector, readPath, unsupportedField } from "./index.ts";

const event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "one", namespace: "default" },
  involvedObject: { kind: "Claim", name: "a,b" },
  source: { component: "claim" },
};

describe("field selectors", () => {
  test.each([
    ["", true],
    ["metadata.name=one,involvedObject.kind==Claim", true],
    ["metadata.name!=one", false],
    ["involvedObject.name=a\\,b", true],
    ["involvedObject.namespace=", true],
    ["source=claim", true],
  ])("%j gives %j", (text, expected) => {
    const requirements = parseFieldSelector(text) ?? [];
    expect(matchesFields(requirements, event)).toBe(expected);
    expect(unsupportedField(kinds.Event, requirements)).toBeUndefined();
  });

  test("names the field that a kind cannot be selected by", () => {
    expect(unsupportedField(kinds.Process, parseFieldSelector("status.state=Ready,spec.image=x") ?? [])).toBe(
      "spec.image",
    );
    expect(parseFieldSelector("nonsense")).toBeUndefined();
  });
});

test("readPath follows names, numbers and filters, and no further than there is", () => {
  const object = { status: { conditions: [{ type: "Ready", status: "True" }], list: [{ n: 7 }] } };
  expect(readPath(object, '.status.conditions[?(@.type=="Ready")].status')).toBe("True");
  expect(readPath(object, "status.list.0.n")).toBe(7);
  expect(readPath(object, "status.list[0].n")).toBe(7);
  expect(readPath(object, "status.list[1].n.x")).toBeUndefined();
  expect(readPath(object, "constructor.name")).toBeUndefined();
});
