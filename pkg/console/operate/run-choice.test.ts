import { expect, it } from "vitest";
import type { Claim, Resource } from "../../api/index.ts";
import { choiceWords, chosenMachines, machinesOf, type RunChoice } from "./run-choice.ts";

const machine = (name: string, poolName: string, labels = {}) =>
  ({ metadata: { name, labels }, spec: { poolName } }) as unknown as Resource;
const claim = (namespace: string, application: string, resourceName?: string) =>
  ({
    metadata: { namespace, labels: { "plush.dev/application": application } },
    spec: { resourceName },
  }) as unknown as Claim;
const machines = [machine("n1", "lab", { site: "a" }), machine("n2", "lab"), machine("m1", "edge", { site: "a" })];
const claims = [claim("default", "web", "n2"), claim("default", "web"), claim("other", "web", "n1")];

it.each<[RunChoice, unknown, readonly string[], readonly string[]]>([
  [{ way: "all", value: "" }, { selector: "" }, ["n1", "n2", "m1"], ["--all"]],
  [{ way: "names", value: "n[1-2], m1" }, { resources: ["n1", "n2", "m1"] }, ["n1", "n2", "m1"], ["n[1-2]", "m1"]],
  [{ way: "names", value: "n[1,2]" }, { resources: ["n1", "n2"] }, ["n1", "n2"], ["n[1,2]"]],
  [{ way: "selector", value: "site=a" }, { selector: "site=a" }, ["n1", "m1"], ["-l", "site=a"]],
  [{ way: "pool", value: "edge" }, { pool: "edge" }, ["m1"], ["pool/edge"]],
  [
    { way: "application", value: "default/web" },
    { application: { namespace: "default", name: "web" } },
    ["n2"],
    ["application/web", "-n", "default"],
  ],
])("%o", (choice, request, names, words) => {
  const asked = machinesOf(choice);
  expect(asked).toEqual(request);
  expect(chosenMachines(asked, machines, claims)).toEqual(names);
  expect(choiceWords(choice)).toEqual(words);
});

it("says nothing of what says nothing", () => {
  const unread: readonly RunChoice[] = [
    { way: "names", value: " " },
    { way: "names", value: "n[1-" },
    { way: "selector", value: "a b c" },
    { way: "pool", value: "" },
    { way: "application", value: "web" },
  ];
  for (const choice of unread) expect(chosenMachines(machinesOf(choice), machines, claims)).toEqual([]);
});
