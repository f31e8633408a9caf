import { describe, expect, it } from "vitest";
import { contextAt } from "./context-at.ts";

/** The cursor stands at the bar. */
function context(marked: string) {
  return contextAt(marked.replace("|", ""), marked.indexOf("|"));
}

const head = "apiVersion: plush.dev/v1\nkind: Application\nspec:\n";

describe("what is being written at the cursor", () => {
  it("knows keys of blocks", () => {
    expect(context(`${head}  co|`)).toMatchObject({
      ...{ apiVersion: "plush.dev/v1", kind: "Application", path: ["spec"], isKey: true, word: "co" },
    });
    expect(context("ap|")).toMatchObject({ path: [], isKey: true, word: "ap" });
    expect(context(`${head}  components:\n    - name: a\n      |\n    - name: b`)).toMatchObject({
      ...{ path: ["spec", "components", 0], isKey: true, siblings: ["name"] },
    });
    expect(context(`${head}  components:\n    - name: a\n      replicas: 1\n    - |`)).toMatchObject({
      ...{ path: ["spec", "components", 1], isKey: true, siblings: [] },
    });
    expect(context(`${head}  phases:\n  - name: a\n    processes:\n    - name: p\n      c|`)).toMatchObject({
      ...{ path: ["spec", "phases", 0, "processes", 0], word: "c" },
    });
    expect(
      context(`${head}  phases:\n  - name: a\n  - name: b\n    barrier:\n      release:\n        |`),
    ).toMatchObject({
      path: ["spec", "phases", 1, "barrier", "release"],
    });
  });

  it("knows values", () => {
    expect(context("kind: App|")).toMatchObject({ path: ["kind"], isKey: false, word: "App" });
    expect(context(`${head}  phases:\n    - name: a\n      onFailure: |`)).toMatchObject({
      ...{ path: ["spec", "phases", 0, "onFailure"], isKey: false, word: "" },
    });
    expect(context(`${head}  components:\n    - name: a\n      software:\n        - si|`)).toMatchObject({
      path: ["spec", "components", 0, "software", 0],
    });
  });

  it("knows what is in braces", () => {
    expect(context(`${head}  components:\n    - {name: a, re|`)).toMatchObject({
      ...{ path: ["spec", "components", 0], isKey: true, word: "re", siblings: ["name"] },
    });
    expect(context(`${head}  phases:\n    - {name: a, barrier: {release: {late: |}}}`)).toMatchObject({
      ...{ path: ["spec", "phases", 0, "barrier", "release", "late"], isKey: false },
    });
    expect(context(`${head}  phases: [{name: a}, {|`)).toMatchObject({ path: ["spec", "phases", 1], isKey: true });
  });

  it("is of the document that the cursor is in, and of none within a comment", () => {
    expect(context(`${head}---\nkind: Software\nspec:\n  so|`)).toMatchObject({ kind: "Software", path: ["spec"] });
    expect(context(`${head}  # co|`)).toBeUndefined();
  });
});
