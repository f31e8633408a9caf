import { describe, expect, test } from "vitest";
import { memberRevision, phaseRevisions, type RevisedPhase } from "./revisions.ts";

const phases: readonly RevisedPhase[] = [
  phase("setup", [], { name: "prepare", component: "servers", command: ["prepare"] }),
  phase("serve", ["setup"], {
    name: "server",
    component: "servers",
    command: ["server"],
    readinessProbe: { period: "1s" },
  }),
  phase("beside", ["setup"], { name: "watcher", component: "servers", command: ["watcher"] }),
  phase("load", ["serve"], { name: "client", component: "clients", command: ["client"] }),
];
const software = [{ name: "package", digest: "sha256:aa" }];

function phase(
  name: string,
  after: string[],
  ...processes: { name: string; component: string; [field: string]: unknown }[]
): RevisedPhase {
  return { name, after, processes };
}

/** The phases with one field of one process replaced. */
function changed(process: string, field: string, value: unknown): readonly RevisedPhase[] {
  return phases.map((it) => ({
    ...it,
    processes: it.processes.map((template) => (template.name === process ? { ...template, [field]: value } : template)),
  }));
}

/** Which phases of servers and clients have another revision than before. */
function touched(after: readonly RevisedPhase[], packages = software): string[] {
  return ["servers", "clients"].flatMap((component) => {
    const old = phaseRevisions(phases, component, software);
    const now = phaseRevisions(after, component, packages);
    return Object.keys(now)
      .filter((name) => now[name] !== old[name])
      .map((name) => `${component} ${name}`);
  });
}

describe("phaseRevisions", () => {
  test.each<[string, readonly RevisedPhase[], string[]]>([
    [
      "a command changes its phase and those after it",
      changed("prepare", "command", ["other"]),
      ["servers setup", "servers serve", "servers beside"],
    ],
    ["not those before and beside, nor other components", changed("server", "command", ["other"]), ["servers serve"]],
    ["a probe is no change", changed("server", "readinessProbe", { period: "2s" }), []],
    ["nor is where it runs", changed("server", "ordinals", "0-2"), []],
    ["the order of phases is none", [...phases].reverse(), []],
    [
      "a new phase between",
      [
        ...phases.filter((it) => it.name !== "serve"),
        phase("mid", ["setup"], { name: "mid", component: "servers" }),
        { ...phases[1]!, after: ["mid"] },
      ],
      ["servers mid", "servers serve"],
    ],
  ])("%s", (_name, after, expected) => {
    expect(touched(after).sort()).toEqual([...expected].sort());
  });

  test("another digest changes all phases of the component", () => {
    expect(touched(phases, [{ name: "package", digest: "sha256:bb" }])).toHaveLength(4);
  });

  test("the member's revision follows its phases, or its software where it has none", () => {
    const own = phaseRevisions(phases, "servers", software);
    expect(memberRevision(own, software)).toBe(memberRevision({ ...own }, []));
    expect(memberRevision(own, software)).not.toBe(memberRevision({ ...own, serve: "other" }, software));
    expect(memberRevision({}, software)).not.toBe(memberRevision({}, []));
  });
});
