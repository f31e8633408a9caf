import { expect, test } from "vitest";
import { aBoundClaim, aProcess, aReadyResource } from "../../../test/support/builders.ts";
import { type Barrier, type Claim, type KindInfo, kinds, type Process } from "../../api/index.ts";
import type { WatchSource } from "../../controller/index.ts";
import type { DocumentPorts } from "./ports.ts";
import { documentSources } from "./sources.ts";
import type { WorkBook } from "./work-book.ts";

/** Two machines with a process each; the agent of the second heeds documents alone. */
const claims = [aBoundClaim("a-0", "m1"), aBoundClaim("b-0", "m2")];
const processes = claims.map((claim, at) => aProcess(`p${at}`, claim, { metadata: { uid: `p${at}` } }));
const caches: Record<string, object> = {
  [kinds.Claim.kind]: { byUid: (uid: string) => claims.find(({ metadata }) => metadata.uid === uid) },
  [kinds.Process.kind]: { byUid: (uid: string) => processes.find(({ metadata }) => metadata.uid === uid) },
  [kinds.Resource.kind]: { get: ({ name }: { name: string }) => aReadyResource(name) },
};
const ports = {
  cache: ({ kind }: KindInfo) => caches[kind],
  fabric: { takesAnswers: (uid: string) => uid === aReadyResource("m1").metadata.uid },
} as unknown as DocumentPorts;
const news: (string | undefined)[] = [];
const rounds = { news: ({ metadata }: Claim) => void news.push(metadata.name) };
const sources = documentSources(ports, {} as WorkBook, rounds);

/** "m1 after 500" for each machine that is looked at because of a change. */
function looks<T>(kind: KindInfo, before: T, after: T): string[] {
  const of = sources.filter((source) => source.kind === kind) as unknown as (Omit<WatchSource, "keys" | "when"> & {
    keys: (object: T) => readonly { name: string }[];
    when?: (before: T, after: T) => boolean;
  })[];
  const heard = of.filter(({ when }) => when?.(before, after) !== false);
  return heard.flatMap(({ keys, afterMs = 0 }) => keys(after).map(({ name }) => `${name} after ${afterMs}`)).sort();
}

const barrier = (...answered: string[]): Barrier =>
  ({
    metadata: { name: "start", namespace: "default" },
    status: { answers: answered.map((processUid) => ({ processUid, round: 1, entryAt: "t", outcome: "Pass" })) },
  }) as unknown as Barrier;

test("B-BAR-22: who can be told ahead of documents has them looked at later, others at once; what is taken back is no news", () => {
  expect(looks(kinds.Barrier, barrier(), barrier("p0", "p1"))).toEqual(["m1 after 500", "m2 after 0", "m2 after 500"]);
  expect(looks(kinds.Barrier, barrier("p0", "p1"), barrier("p1"))).toEqual([]);
});

test("an entry means nothing to documents, a passing that there is something to take back, a start is looked at at once", () => {
  const at = (state: "Waiting" | "Passed", name = "start", more: object = {}): Process =>
    ({ ...processes[0], status: { barriers: [{ name, state }], ...more } }) as Process;
  const outside = { ...processes[0], status: {} } as Process;
  expect(looks(kinds.Process, outside, at("Waiting"))).toEqual([]);
  expect(looks(kinds.Process, at("Waiting"), at("Passed"))).toEqual(["m1 after 500"]);
  expect(looks(kinds.Process, at("Waiting"), at("Waiting", "other"))).toEqual(["m1 after 500"]);
  const { epoch, revision } = processes[0]?.spec ?? {};
  const inState = (state: string): Process => at("Passed", "start", { epoch, revision, state });
  expect(looks(kinds.Process, at("Passed"), inState("Starting"))).toEqual(["m1 after 0"]);
  expect(looks(kinds.Process, inState("Starting"), inState("Ready"))).toEqual([]);
});

/** Claims whose peers have something to be told because of a change; no machine but their own is looked at for it. */
function told<T>(kind: KindInfo, before: T, after: T): readonly (string | undefined)[] {
  news.splice(0);
  const machines = looks(kind, before, after).filter((look) => look !== "m1 after 0");
  expect(machines).toEqual([]);
  return [...new Set(news)];
}

test("readiness, ports and addresses are news to peers; whatever else a member tells is not", () => {
  const [claim = aBoundClaim("a-0", "m1")] = claims;
  const condition = (status: string) => ({ type: "Ready", status, reason: "R", message: "", lastTransitionTime: "t" });
  const claimIn = (status: string, more: object = {}): Claim =>
    ({ ...claim, status: { ...claim.status, conditions: [condition(status)], ...more } }) as Claim;
  expect(told(kinds.Claim, claimIn("False"), claimIn("True"))).toEqual(["a-0"]);
  expect(told(kinds.Claim, claimIn("True"), claimIn("True", { workingDirectory: "/w" }))).toEqual([]);
  const process = (spec: object, status: object): Process =>
    ({ ...processes[0], spec: { ...processes[0]?.spec, ...spec }, status }) as Process;
  const chosen = { ports: [{ name: "main", port: 0 }] };
  expect(told(kinds.Process, process(chosen, {}), process(chosen, { ports: { main: 4000 } }))).toEqual(["a-0"]);
  expect(told(kinds.Process, process({}, {}), process({}, { state: "Ready" }))).toEqual([]);
  const machine = (generation: number): object => {
    const resource = aReadyResource("m1");
    const allocations = [{ claimUid: claim.metadata.uid }];
    return { ...resource, metadata: { ...resource.metadata, generation }, status: { ...resource.status, allocations } };
  };
  expect(told(kinds.Resource, machine(1), machine(2))).toEqual(["a-0"]);
  expect(told(kinds.Resource, machine(1), machine(1))).toEqual([]);
});
