import { expect, it } from "vitest";
import { objectFilter } from "./object-filter.ts";

const object = (name: string, namespace: string | undefined, labels = {}) => ({
  ...{ apiVersion: "v1", kind: "Thing", metadata: { name, ...(namespace !== undefined && { namespace }), labels } },
  ...{ status: { state: "Running" } },
});
const all = [object("web-0", "default", { tier: "front" }), object("web-1", "other"), object("n1", undefined)];
const names = (filter: Partial<Parameters<typeof objectFilter>[0]>): readonly string[] | undefined => {
  const passes = objectFilter({ namespace: undefined, selector: "", text: "", ...filter });
  return passes && all.filter(passes).map(({ metadata }) => metadata.name);
};

it("filters by namespace, which what has none passes, by labels and by words", () => {
  expect(names({})).toEqual(["web-0", "web-1", "n1"]);
  expect(names({ namespace: "default" })).toEqual(["web-0", "n1"]);
  expect(names({ selector: "tier" })).toEqual(["web-0"]);
  expect(names({ selector: "tier!=front" })).toEqual(["web-1", "n1"]);
  expect(names({ text: "WEB run" })).toEqual(["web-0", "web-1"]);
  expect(names({ text: "tier=front" })).toEqual(["web-0"]);
  expect(names({ selector: "a b c" })).toBeUndefined();
});
