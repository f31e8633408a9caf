import { describe, expect, test } from "vitest";
import { type GitSync, type GitSyncSpec, type KubeObject, kinds } from "../../api/index.ts";
import { planDependencies } from "./dependency-plan.ts";
import { fetchReason } from "./fetch-failure-plan.ts";
import { planHealth } from "./health-plan.ts";
import { type Claimant, ownerOf } from "./ownership-plan.ts";
import { planPrune } from "./prune-plan.ts";
import { planStatus } from "./status-plan.ts";
import { type Attempts, needsApply, planStep } from "./step-plan.ts";
import { concernsPush } from "./webhook-plan.ts";

function aSync(spec: Partial<GitSyncSpec> = {}, metadata: object = {}): GitSync {
  return {
    apiVersion: "plush.dev/v1",
    kind: "GitSync",
    metadata: { name: "site", namespace: "lab", uid: "u1", generation: 1, ...metadata },
    spec: {
      url: "https://git.test/site.git",
      path: ".",
      interval: "60s",
      serviceAccountName: "default",
      prune: true,
      drift: "Heal",
      suspend: false,
      wait: false,
      timeout: "5m",
      ...spec,
    },
  };
}

describe("the next step", () => {
  const looked: Attempts = { lookedAtMs: 1000, stamp: "s", commit: "c", failures: 0, isPushed: false };
  const step = (attempts: Attempts, nowMs: number, sync = aSync()) =>
    planStep({ sync, held: undefined, missing: undefined, stamp: "s", attempts, nowMs });

  test.each<[string, Attempts, number, object]>([
    ["the first look", { failures: 0, isPushed: false }, 0, { kind: "look" }],
    ["before its time", looked, 31_000, { kind: "tend", recheckAfterMs: 30_000 }],
    ["after the interval", looked, 61_000, { kind: "look" }],
    ["after a push", { ...looked, isPushed: true }, 1001, { kind: "look" }],
    ["another spec or value", { ...looked, stamp: "t" }, 1001, { kind: "look" }],
    [
      "a failure that may mend itself",
      { ...looked, failures: 2, failure: { reason: "FetchFailed", message: "" } },
      1000,
      { kind: "tend", recheckAfterMs: 4000 },
    ],
    [
      "many of them: no later than the interval",
      { ...looked, failures: 30, failure: { reason: "FetchFailed", message: "" } },
      1000,
      { kind: "tend", recheckAfterMs: 60_000 },
    ],
    [
      "a failure that only another commit mends",
      { ...looked, failures: 1, failure: { reason: "InvalidManifests", message: "" } },
      1000,
      { kind: "tend", recheckAfterMs: 60_000 },
    ],
  ])("%s", (_name, attempts, nowMs, expected) => {
    expect(step(attempts, nowMs)).toEqual(expected);
  });

  test("a request by annotation is followed once; suspension goes before all", () => {
    const asked = aSync({}, { annotations: { "plush.dev/sync-requested-at": "1" } });
    expect(step(looked, 1001, asked)).toEqual({ kind: "look" });
    expect(step(looked, 1001, { ...asked, status: { handledRequest: "1" } })).toMatchObject({ kind: "tend" });
    expect(step(looked, 1001, { ...asked, spec: { ...asked.spec, suspend: true } })).toMatchObject({ kind: "hold" });
  });

  test.each<[Partial<Attempts>, boolean]>([
    [{}, false],
    [{ commit: "d" }, true],
    [{ stamp: "t" }, true],
    [{ failure: { reason: "InvalidManifests", message: "" } }, false],
    [{ failure: { reason: "Refused", message: "" } }, true],
    [{ failure: { reason: "ApplyFailed", message: "" } }, true],
  ])("what was looked at before, %j, is applied again: %s", (change, expected) => {
    expect(needsApply({ ...looked, ...change }, "c", "s")).toBe(expected);
  });
});

describe("pruning", () => {
  const place = (
    kind: (typeof kinds)["ConfigMap" | "Namespace" | "Software" | "GitSync"],
    name: string,
    namespace = "lab",
  ) => ({
    kind,
    namespace: kind.namespaced ? namespace : "",
    name,
  });
  const object = (metadata: object = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "X",
    metadata: { uid: "x", ...metadata },
  });
  const plan = (
    live: { object: KubeObject; managers: string[] } | undefined,
    at = place(kinds.ConfigMap, "a"),
    sync = aSync(),
  ) => planPrune({ sync, manager: "me", inventory: [at], wanted: new Set(), live: () => live });

  test.each<[string, { object: KubeObject; managers: string[] } | undefined]>([
    ["is gone", undefined],
    ["is going", { object: object({ deletionTimestamp: "2026-01-01T00:00:00Z" }), managers: ["me"] }],
    ["somebody else applied", { object: object(), managers: [] }],
    ["another sync applies too", { object: object(), managers: ["me", "other"] }],
  ])("what %s is left alone", (_name, live) => {
    expect(plan(live)).toEqual({ remove: [], keep: [] });
  });

  test("what is this sync's goes; what is annotated, the sync itself and its namespace stay", () => {
    const mine = { object: object(), managers: ["me"] };
    expect(plan(mine).remove).toMatchObject([{ name: "a", uid: "x" }]);
    expect(plan(mine, undefined, aSync({ prune: false }))).toEqual({ remove: [], keep: [] });
    const annotated = { object: object({ annotations: { "plush.dev/prune": "disabled" } }), managers: ["me"] };
    expect(plan(annotated).keep).toHaveLength(1);
    expect(plan(mine, place(kinds.Namespace, "lab")).keep).toHaveLength(1);
    expect(plan(mine, place(kinds.Namespace, "other")).remove).toHaveLength(1);
    expect(plan(mine, place(kinds.GitSync, "site")).keep).toHaveLength(1);
    expect(plan(mine, place(kinds.GitSync, "site", "other")).remove).toHaveLength(1);
  });

  test("against the order of applying", () => {
    const inventory = [place(kinds.Namespace, "n"), place(kinds.ConfigMap, "c"), place(kinds.Software, "s")];
    const live = () => ({ object: object(), managers: ["me"] });
    const { remove } = planPrune({ sync: aSync(), manager: "me", inventory, wanted: new Set(), live });
    expect(remove.map(({ name }) => name)).toEqual(["s", "c", "n"]);
  });
});

test("of several syncs the oldest that holds an object has it, whoever asks", () => {
  const sync = (uid: string, createdAt: string, holds: boolean): Claimant => ({ name: uid, uid, createdAt, holds });
  const [old, young, stranger] = [
    sync("a", "2026-01-01", true),
    sync("b", "2026-01-02", true),
    sync("c", "2025-01-01", false),
  ];
  expect(ownerOf(young, [old, stranger])?.name).toBe("a");
  expect(ownerOf(old, [young, stranger])).toBeUndefined();
  expect(ownerOf(stranger, [young, old])?.name).toBe("a");
  expect(ownerOf(young, [stranger])).toBeUndefined();
  const twin = sync("0", "2026-01-01", true);
  expect([ownerOf(old, [twin])?.name, ownerOf(twin, [old])?.name]).toEqual(["0", undefined]);
});

test.each<[string, string]>([
  ["fatal: Authentication failed for 'https://x/'", "AuthenticationFailed"],
  ["fatal: could not read Username for 'https://x': terminal prompts disabled", "AuthenticationFailed"],
  ["root@x: Permission denied (publickey).", "AuthenticationFailed"],
  ["Host key verification failed. fatal: Could not read from remote repository.", "AuthenticationFailed"],
  ["fatal: repository 'https://x/y/' not found", "RepositoryNotFound"],
  ["fatal: '/srv/x.git' does not appear to be a git repository", "RepositoryNotFound"],
  ["fatal: unable to access 'https://x/': Failed to connect to x port 443", "FetchFailed"],
])("what git says is named: %s: %s", (message, expected) => {
  expect(fetchReason({ reason: "Unreachable", message })).toBe(expected);
});

describe("health", () => {
  const object = (status: string, observedGeneration = 2) =>
    ({
      apiVersion: "v1",
      kind: "X",
      metadata: { generation: 2 },
      status: {
        conditions: [{ type: "Ready", status, reason: "Why", message: "", lastTransitionTime: "", observedGeneration }],
      },
    }) as never;
  const health = (found: never | undefined, nowMs = 1000) =>
    planHealth({ checks: [{ shown: "x/y", object: found }], sinceMs: 0, timeoutMs: 5000, nowMs });

  test.each<[string, ReturnType<typeof health>, object]>([
    ["ready", health(object("True")), { state: "Ready", message: "" }],
    ["not there", health(undefined), { state: "Pending", message: "x/y: is not there", recheckAfterMs: 4000 }],
    [
      "judged before",
      health(object("True", 1)),
      { state: "Pending", message: "x/y: not looked at yet", recheckAfterMs: 4000 },
    ],
    ["not ready", health(object("False")), { state: "Pending", message: "x/y: Why", recheckAfterMs: 4000 }],
    ["not ready in time", health(object("False"), 5000), { state: "Failed", message: "x/y: Why" }],
  ])("%s", (_name, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test("syncs that wait for each other in a circle say so, others what they wait for", () => {
  const syncs: Readonly<Record<string, GitSync>> = {
    a: aSync({ dependsOn: [{ name: "b" }] }, { name: "a" }),
    b: aSync({ dependsOn: [{ name: "c" }] }, { name: "b" }),
    c: aSync({ dependsOn: [{ name: "b" }] }, { name: "c" }),
  };
  const of = (name: string) => planDependencies(syncs[name] ?? aSync(), (other) => syncs[other]);
  expect(of("b")).toMatchObject({ reason: "DependencyCycle", message: "dependsOn leads back to itself: b → c → b" });
  expect(of("a")).toEqual({ reason: "DependencyNotReady", message: "b has not been looked at yet" });
});

test.each<[GitSyncSpec["ref"], string, object, boolean]>([
  [{ branch: "main" }, "push", { ref: "refs/heads/main" }, true],
  [{ branch: "main" }, "push", { ref: "refs/heads/other" }, false],
  [{ branch: "main" }, "ping", { ref: "refs/heads/main" }, false],
  [{ tag: "v1" }, "Tag Push Hook", { ref: "refs/tags/v1" }, true],
  [{ semver: "1.x" }, "push", { ref: "refs/tags/v9" }, true],
  [{ commit: "0".repeat(40) }, "push", { ref: "refs/heads/main" }, false],
  [undefined, "push", { ref: "refs/heads/dev", repository: { default_branch: "main" } }, false],
  [undefined, "Push Hook", { ref: "refs/heads/main", project: { default_branch: "main" } }, true],
  [{ branch: "main" }, "create", {}, true],
])("a sync of %j is concerned by %s of %j: %s", (ref, event, body, expected) => {
  expect(concernsPush(aSync(ref === undefined ? {} : { ref }), event, body)).toBe(expected);
});

test("the last good commit stays in the status of a failure; passing ones call nobody", () => {
  const applied = { revision: "c1", at: "2026-01-01T00:00:00Z", objects: 3 };
  const sync = { ...aSync(), status: { applied } };
  const of = (reason: "Refused" | "FetchFailed") =>
    planStatus({
      sync,
      verdict: { kind: "failed", reason, message: "a.yaml:1: no" },
      revision: "c2",
      isFollowed: false,
      nowText: "2026-01-01T00:00:00Z",
    });
  expect(of("Refused")).toMatchObject({
    revision: "c2",
    applied,
    conditions: [
      { type: "Ready", status: "False", reason: "Refused", message: "a.yaml:1: no\nc1 stays applied" },
      { type: "Reconciling", status: "True", reason: "Retrying" },
      { type: "Stalled", status: "True", reason: "Refused" },
    ],
  });
  expect(of("FetchFailed").conditions?.[2]).toMatchObject({ type: "Stalled", status: "False", reason: "NotStalled" });
});
