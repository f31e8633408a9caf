import { expect, test } from "vitest";
import type { Resource } from "../../api/index.ts";
import { treeLines } from "./tree-lines.ts";

const machine = (name: string, parent?: string): Resource =>
  ({
    metadata: { name },
    spec: { address: name },
    status: { state: "Free", tree: { depth: 1, ...(parent !== undefined && { parent }) } },
  }) as unknown as Resource;

test("machines stand below their parents, in the order of their names", () => {
  const machines = [machine("n10", "n2"), machine("n2"), machine("n3", "n10"), machine("n1"), machine("n4", "n2")];
  expect(treeLines(machines)).toEqual([
    "├─ n1 Free",
    "└─ n2 Free (2)",
    "   ├─ n4 Free",
    "   └─ n10 Free (1)",
    "      └─ n3 Free",
  ]);
});

test("a parent that is not there leaves its children at the top, and each machine is shown once", () => {
  expect(treeLines([machine("n1", "gone"), machine("n2")])).toEqual(["├─ n1 Free", "└─ n2 Free"]);
  expect(treeLines([])).toEqual([]);
});
