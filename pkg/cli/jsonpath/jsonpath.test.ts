import { describe, expect, it } from "vitest";
import { evaluateAll } from "./evaluate.ts";
import { parsePath } from "./parse.ts";
import { compileTemplate } from "./template.ts";

const object = {
  kind: "List",
  items: [
    { metadata: { name: "a", labels: { "plush.dev/component": "web" } }, status: { state: "Ready", restarts: 3 } },
    {
      metadata: { name: "b" },
      status: { state: "Failed", restarts: 10, conditions: [{ type: "Ready", status: "False" }] },
    },
  ],
};

describe("paths", () => {
  it.each([
    [".kind", ["List"]],
    ["{.kind}", ["List"]],
    ["$.kind", ["List"]],
    ["kind", ["List"]],
    [".items[*].metadata.name", ["a", "b"]],
    [".items[-1].metadata.name", ["b"]],
    [".items[0:1].metadata.name", ["a"]],
    [".items[0].metadata.labels.plush\\.dev/component", ["web"]],
    [".items[0].metadata.labels['plush.dev/component']", ["web"]],
    [".items[?(@.status.state=='Failed')].metadata.name", ["b"]],
    ['.items[?(@.status.restarts > 3)].metadata["name"]', ["b"]],
    [".items[?(@.metadata.labels)].metadata.name", ["a"]],
    ['.items[*].status.conditions[?(@.type=="Ready")].status', ["False"]],
    ["..name", ["a", "b"]],
    [".items[0]['kind','metadata'].name", ["a"]],
    [".items[7].nothing", []],
  ])("%s", (path, found) => {
    expect(evaluateAll(parsePath(path), object)).toEqual(found);
  });

  it.each([".a[", ".a[x]", ".a]b", ".items[?(x==1)]"])("refuses %s", (path) => {
    expect(() => parsePath(path)).toThrow(/JSONPath/);
  });
});

describe("templates", () => {
  it.each([
    ["{.kind}", "List"],
    [".kind", "List"],
    ['{.items[*].metadata.name}{"\\n"}', "a b\n"],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.status.restarts}{"}\\n"}{end}', "a\t3}\nb\t10}\n"],
    ["kind is {.kind}, {.nothing}.", "kind is List, ."],
    ["{.items[1].status.conditions[0]}", '{"type":"Ready","status":"False"}'],
  ])("%s", (template, text) => {
    expect(compileTemplate(template)(object)).toBe(text);
  });

  it.each(["{.a", "{range .items[*]}x", "{end}"])("refuses %s", (template) => {
    expect(() => compileTemplate(template)).toThrow(/JSONPath/);
  });
});
