import { expect, it } from "vitest";
import { readField } from "./field-path.ts";

const object = {
  metadata: { labels: { "a.b/c": "x", a: { b: 1 } } },
  spec: { phases: [{ name: "one" }, { name: "two", env: [{ name: "A" }] }] },
};

it("reads fields as the server names them", () => {
  expect(readField(object, "spec.phases[1].env[0].value")).toEqual(["spec", "phases", 1, "env", 0, "value"]);
  expect(readField(object, '.spec.phases[name="two"].after[0]')).toEqual(["spec", "phases", 1, "after", 0]);
  expect(readField(object, "metadata.labels.a.b/c")).toEqual(["metadata", "labels", "a.b/c"]);
  expect(readField(object, 'metadata.labels["x.y"]')).toEqual(["metadata", "labels", "x.y"]);
  expect(readField(object, "spec.components[2].name")).toEqual(["spec", "components", 2, "name"]);
  expect(readField(object, "")).toEqual([]);
  expect(readField(object, "[")).toEqual(["["]);
});
