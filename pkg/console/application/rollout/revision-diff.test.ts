import { describe, expect, it } from "vitest";
import { type ApplicationRevision, kinds, mustDecode } from "../../../api/index.ts";
import { changesBetween, revisionDiff } from "./revision-diff.ts";

const revision = (number: number, replicas: number, command: string, more: object[] = []): ApplicationRevision =>
  mustDecode(kinds.ApplicationRevision, {
    apiVersion: "plush.dev/v1",
    kind: "ApplicationRevision",
    metadata: { name: `web-${number}`, namespace: "default" },
    spec: {
      applicationName: "web",
      revision: number,
      hash: `h${number}`,
      components: [{ name: "web", replicas }],
      phases: [{ name: "serve", processes: [{ name: "main", command: [command], restartPolicy: "Always" }] }, ...more],
    },
  });

describe("revisions", () => {
  it("differ in lines", () => {
    const diff = revisionDiff(revision(1, 2, "one"), revision(2, 2, "two"));
    expect([diff.added, diff.removed, diff.hunks.length]).toEqual([1, 1, 1]);
    const changed = diff.hunks.flat().filter(({ mark }) => mark !== " ");
    expect(changed.map(({ mark, text }) => mark + text.trim())).toEqual(["-- one", "+- two"]);
    expect(revisionDiff(revision(1, 2, "one"), revision(9, 2, "one"))).toEqual({ hunks: [], added: 0, removed: 0 });
    expect(revisionDiff(undefined, revision(1, 2, "one")).removed).toBe(0);
  });

  it("differ in values, by the names of what has them", () => {
    const work = { name: "count", processes: [{ name: "count", command: ["wc"], restartPolicy: "Never" }] };
    const changes = changesBetween(revision(1, 2, "one"), revision(2, 3, "two", [work]));
    expect(changes.map(({ path, before }) => [path, before === undefined])).toEqual([
      ["components.web.replicas", false],
      ["phases.serve.processes.main.command", false],
      ["phases.count", true],
    ]);
    expect(changesBetween(revision(1, 2, "one"), revision(5, 2, "one"))).toEqual([]);
  });
});
