import { describe, expect, it } from "vitest";
import { openApiSchemas } from "../../api/index.ts";
import { completionsAt, helpAt } from "./completions.ts";
import { Schemas } from "./schemas.ts";

const schemas = new Schemas(new Map(Object.entries(openApiSchemas)));
const head = "apiVersion: plush.dev/v1\nkind: Application\nspec:\n";
const labels = (text: string): readonly string[] =>
  completionsAt(schemas, text, text.length)?.options.map(({ label }) => label) ?? [];

describe("completion from the schemas", () => {
  it("offers the keys that an object may have and has not yet", () => {
    const keys = labels(`${head}  components:\n    - name: a\n      `);
    expect(keys).toContain("replicas");
    expect(keys).not.toContain("name");
    expect(labels(`${head}  `)).toContain("phases");
    expect(labels(head.replace("spec:\n", ""))).toEqual(["metadata", "spec"]);
    expect(completionsAt(schemas, `${head}  ph`, head.length + 4)).toMatchObject({ from: head.length + 2, word: "ph" });
  });

  it("offers the values that a field may have", () => {
    expect(labels(`${head}  phases:\n    - onFailure: `)).toEqual(["Fail", "Retry", "Continue"]);
    expect(labels(`${head}  suspend: `)).toEqual(["true", "false"]);
    expect(labels("apiVersion: v1\nkind: ")).toContain("ConfigMap");
    expect(labels(`${head}  phases: [{processes: [{restartPolicy: `)).toContain("OnFailure");
  });

  it("says what a key is for", () => {
    const text = `${head}  components:\n    - name: a\n      replicas: 1`;
    expect(helpAt(schemas, text, text.indexOf("plicas"))).toMatchObject({ text: "Number of members." });
    expect(helpAt(schemas, text, text.length)).toBeUndefined();
  });
});
