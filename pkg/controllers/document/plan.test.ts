import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBoundClaim, aComponent, aProcess, aResource, aSoftware } from "../../../test/support/builders.ts";
import { type Claim, type ConfigMap, kinds, mustDecode, type Process, type Secret } from "../../api/index.ts";
import { orderedSoftware } from "../../graph/index.ts";
import type { ClaimOrder } from "../../protocol/index.ts";
import { peerComponents } from "./peers-plan.ts";
import { type DocumentInput, type MemberInput, renderDocument } from "./plan.ts";

const digest = `sha256:${"a".repeat(64)}`;
const pack = aSoftware(
  "pack",
  { state: "Ready", observedGeneration: 1, digest, format: "tar.gz" },
  { install: ["./install"] },
);
const noValues = { secret: () => undefined, configMap: () => undefined };

function member(claim: Claim, processes: readonly Process[] = [], over: Partial<MemberInput> = {}): MemberInput {
  return {
    claim,
    component: aComponent("web", { spec: { software: ["pack"], cleanup: { command: ["./clean"] } } }),
    ordered: orderedSoftware({ wanted: ["pack"], claim, lookUp: () => pack, machine: () => undefined }),
    processes,
    peers: { revision: 1, components: {} },
    values: noValues,
    answers: [],
    works: [],
    ...over,
  };
}

interface Scene {
  readonly allocations?: readonly { readonly claimName: string; readonly epoch: number }[];
  readonly residue?: readonly { readonly claimName: string; readonly epoch: number }[];
  readonly members?: readonly MemberInput[];
  readonly unwanted?: DocumentInput["unwanted"];
  readonly epochFloor?: number;
  readonly unseen?: readonly string[];
}

function inputOf(scene: Scene): DocumentInput {
  const { allocations = [], residue = [], members = [], unwanted = [], epochFloor = 0, unseen = [] } = scene;
  const place = { namespace: "default", component: "web" };
  return {
    clusterUid: "cluster",
    term: 1,
    generation: 7,
    resource: aResource("m1", {
      status: {
        allocations: allocations.map((one) => ({ ...place, ...one, claimUid: `uid-${one.claimName}` })),
        residue: residue.map((one) => ({ ...place, ...one, claimUid: `uid-${one.claimName}`, since: "", reason: "" })),
      },
    }),
    pool: undefined,
    members: new Map(members.map((one) => [one.claim.metadata.uid ?? "", one])),
    unwanted,
    epochFloor,
    unseen: new Set(unseen.map((claimName) => `uid-${claimName}`)),
  };
}

function render(scene: Scene): readonly ClaimOrder[] {
  return renderDocument(inputOf(scene)).document.claims;
}

const textOf = (orders: readonly ClaimOrder[]): string[] =>
  orders.map(({ name, epoch, intent }) => `${name}@${epoch} ${intent}`);

describe("which claims a document names", () => {
  const web0 = aBoundClaim("web-0", "m1");
  const going = aBoundClaim("web-0", "m1", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
  const moved = aBoundClaim("web-0", "m2", { epoch: 2 });
  const held = [{ claimName: "web-0", epoch: 1 }];

  test.each<[string, Scene, readonly string[]]>([
    ["bound here", { allocations: held, members: [member(web0)] }, ["web-0@1 Run"]],
    [
      "bound here before a restore, as the machine has said",
      { allocations: held, members: [member(web0)], epochFloor: 1000 },
      ["web-0@1 Run"],
    ],
    [
      "bound here before a restore, of which the machine has said nothing",
      { allocations: held, members: [member(web0)], epochFloor: 1000, unseen: ["web-0"] },
      [],
    ],
    [
      "bound here before a restore and deleted: whatever it was bound as since",
      { allocations: held, members: [member(going)], epochFloor: 1000, unseen: ["web-0"] },
      ["web-0@999 Remove"],
    ],
    ["being deleted", { allocations: held, members: [member(going)] }, ["web-0@1 Remove"]],
    ["gone", { allocations: held }, ["web-0@1 Remove"]],
    ["bound elsewhere since", { allocations: held, members: [member(moved)] }, ["web-0@1 Remove"]],
    [
      "bound, as the claim does not show yet",
      { allocations: [{ claimName: "web-0", epoch: 2 }], members: [member(web0)] },
      [],
    ],
    [
      "bound here anew, as the machine does not show yet",
      { allocations: held, members: [member(aBoundClaim("web-0", "m1", { epoch: 2 }))] },
      [],
    ],
    ["a debt", { residue: held }, ["web-0@1 Remove"]],
    [
      "came back while a debt was open",
      {
        allocations: [{ claimName: "web-0", epoch: 3 }],
        residue: held,
        members: [member(aBoundClaim("web-0", "m1", { epoch: 3 }))],
      },
      ["web-0@3 Run"],
    ],
    [
      "a package without digest",
      {
        allocations: held,
        members: [
          member(web0, [], {
            ordered: orderedSoftware({
              wanted: ["pack"],
              claim: web0,
              lookUp: () => aSoftware("pack"),
              machine: () => undefined,
            }),
          }),
        ],
      },
      [],
    ],
    ["no list at all", { members: [member(web0)] }, []],
    [
      "an orphan that was given up",
      { unwanted: [{ orphan: { claimUid: "u", name: "old-0", since: "" }, epoch: 4 }] },
      ["old-0@4 Remove"],
    ],
  ])("%s", (_name, scene, expected) => {
    expect(textOf(render(scene))).toEqual(expected);
  });

  test("never names for removal what the store does not say to be there", () => {
    const names = fc.subarray(["web-0", "web-1", "web-2", "web-3"]);
    fc.assert(
      fc.property(names, names, names, fc.nat(3), (allocated, owed, there, epoch) => {
        const orders = render({
          allocations: allocated.map((claimName) => ({ claimName, epoch: 2 })),
          residue: owed.map((claimName) => ({ claimName, epoch: 1 })),
          members: there.map((name) => member(aBoundClaim(name, "m1", { epoch }))),
        });
        for (const { name, intent } of orders) {
          expect(allocated.includes(name) || owed.includes(name)).toBe(true);
          if (intent === "Run") expect(there.includes(name) && allocated.includes(name) && epoch === 2).toBe(true);
        }
        expect(new Set(orders.map(({ uid }) => uid)).size).toBe(orders.length);
      }),
    );
  });
});

describe("what is ordered for a claim", () => {
  const claim = aBoundClaim("web-0", "m1");
  const held = [{ claimName: "web-0", epoch: 1 }];
  const secret: Secret = mustDecode(kinds.Secret, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "keys" },
    data: { token: "aHVzaA==" },
  });
  const settings: ConfigMap = mustDecode(kinds.ConfigMap, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings" },
    data: { LEVEL: "high", "not-a-name": "x" },
  });
  const values = {
    secret: (name: string) => (name === "keys" ? secret : undefined),
    configMap: (name: string) => (name === "settings" ? settings : undefined),
  };
  const envSpec = {
    envFrom: [{ prefix: "APP_", configMapRef: { name: "settings" } }],
    env: [
      { name: "PLAIN", value: "1" },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "keys", key: "token" } } },
    ],
  };

  test("packages, processes and cleanup, in plain numbers", () => {
    const process = aProcess("web-0-server", claim, {
      spec: {
        ...envSpec,
        args: ["--fast"],
        limits: { cpu: "500m", memory: "1Mi" },
        readinessProbe: { tcpSocket: { port: "main" }, period: "250ms" },
        recovery: { maxRestarts: 2, within: "1m" },
      },
    });
    const [order] = render({ allocations: held, members: [member(claim, [process], { values })] });
    expect(order).toMatchObject({
      component: "web",
      ordinal: 0,
      software: [{ name: "pack", digest, format: "tar.gz", install: ["./install"], timeoutMs: 600_000 }],
      cleanup: { command: ["./clean"], timeoutMs: 60_000 },
      processes: [
        {
          argv: ["server", "--fast"],
          revision: "r1",
          epoch: 1,
          intent: "Run",
          env: [
            { name: "APP_LEVEL", value: "high" },
            { name: "PLAIN", value: "1" },
            { name: "TOKEN", value: "hush", secret: true },
          ],
          limits: { cpuMillis: 500, memoryBytes: 2 ** 20 },
          readinessProbe: { tcpSocket: { port: "main" }, periodMs: 250, timeoutMs: 1000 },
          stop: { signal: "TERM", delayMs: 0, timeoutMs: 30_000 },
          maxRestarts: 2,
          withinMs: 60_000,
        },
      ],
    });
  });

  test.each<[string, Readonly<Record<string, unknown>>, number | undefined]>([
    ["Always", { restartPolicy: "Always" }, 5],
    ["Never gives nothing up", { restartPolicy: "Never" }, undefined],
    ["action Restart never gives up", { restartPolicy: "Always", recovery: { action: "Restart" } }, undefined],
  ])("restarts: %s", (_name, spec, expected) => {
    const process = aProcess("web-0-server", claim, { spec });
    const [order] = render({ allocations: held, members: [member(claim, [process])] });
    expect(order?.processes[0]?.maxRestarts).toBe(expected);
  });

  test("B-FIL-4: a process waits for a Secret that is missing, but is not stopped because one has gone", () => {
    const fresh = aProcess("web-0-server", claim, { spec: envSpec });
    const waiting = renderDocument(inputOf({ allocations: held, members: [member(claim, [fresh])] }));
    expect(waiting.document.claims[0]?.processes).toEqual([]);
    expect(waiting.faults[0]?.fault).toEqual({
      reason: "ReferenceNotFound",
      message: "waits for ConfigMap settings, Secret keys",
    });
    const running = { ...fresh, status: { state: "Ready", epoch: 1, revision: "r1" } as const };
    const [order] = render({ allocations: held, members: [member(claim, [running])] });
    expect(order?.processes).toHaveLength(1);
  });

  test("B-FIL-15: files get their texts from ConfigMaps and Secrets, and a process waits for what is missing or wrong", () => {
    const files = [
      { path: "a", content: "x", mode: "0600" },
      { path: "b", configMapKeyRef: { name: "settings", key: "LEVEL" }, onChange: "Signal" },
      { path: "c", secretKeyRef: { name: "keys", key: "token" }, onChange: "Restart" },
      { path: "d", secretKeyRef: { name: "keys", key: "none", optional: true } },
    ];
    const process = aProcess("web-0-server", claim, { spec: { files } });
    const [order] = render({ allocations: held, members: [member(claim, [process], { values })] });
    expect(order?.processes[0]?.files).toEqual([
      { path: "a", text: "x", mode: 0o600, template: false, onChange: "None", signal: "HUP" },
      { path: "b", text: "high", mode: 0o644, template: false, onChange: "Signal", signal: "HUP" },
      { path: "c", text: "hush", mode: 0o644, template: false, onChange: "Restart", signal: "HUP" },
    ]);
    const waiting = renderDocument(inputOf({ allocations: held, members: [member(claim, [process])] }));
    expect(waiting.document.claims[0]?.processes).toEqual([]);
    expect(waiting.faults[0]?.fault.message).toBe("waits for ConfigMap settings, Secret keys");
    const wrong: ConfigMap = { ...settings, data: { LEVEL: "\n{{ .level }}" } };
    const template = aProcess("web-0-server", claim, {
      spec: { files: [{ path: "b", configMapKeyRef: { name: "settings", key: "LEVEL" }, template: true }] },
    });
    const members = [member(claim, [template], { values: { ...values, configMap: () => wrong } })];
    expect(renderDocument(inputOf({ allocations: held, members })).faults[0]?.fault).toMatchObject({
      reason: "TemplateInvalid",
      message: expect.stringContaining("key LEVEL of ConfigMap settings, line 2, column 1: unknown name .level"),
    });
  });

  test("a user that the pool does not allow", () => {
    const process = aProcess("web-0-server", claim, { spec: { user: "web" } });
    const { faults } = renderDocument(inputOf({ allocations: held, members: [member(claim, [process])] }));
    const message = "user web may not be used on Resource m1, which is in no pool (besides root, who logs in)";
    expect(faults.map(({ fault }) => fault)).toEqual([{ reason: "UserForbidden", message }]);
  });

  test("a member keeps the digest it was configured with until it is admitted to another revision", () => {
    const before = `sha256:${"b".repeat(64)}`;
    const status = { revision: "r1", software: [{ name: "pack", digest: before, state: "Installed" as const }] };
    const digestFor = (revision: string): string | undefined => {
      const configured = aBoundClaim("web-0", "m1", { spec: { revision }, status });
      return render({ allocations: held, members: [member(configured)] })[0]?.software[0]?.digest;
    };
    expect(digestFor("r1")).toBe(before);
    expect(digestFor("r2")).toBe(digest);
  });
});

describe("peers", () => {
  const claims = [1, 0].map((ordinal) => aBoundClaim(`web-${ordinal}`, `m${ordinal}`));
  const components = peerComponents({
    claims,
    processesOf: (claim) => [
      aProcess("p", claim, {
        spec: {
          ports: [
            { name: "main", port: 5000 },
            { name: "free", port: 0 },
          ],
        },
        status: { epoch: 1, ports: { free: 40_000 } },
      }),
    ],
    resourceOf: ({ spec }) =>
      aResource(spec.resourceName ?? "", { spec: { address: "10.0.0.1", labels: { site: "sjc" } } }),
  });

  test("B-FIL-2: are known by component and ordinal", () => {
    expect(components["web"]?.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
    expect(components["web"]?.[0]).toEqual({
      ordinal: 0,
      address: "10.0.0.1",
      ports: { free: 40_000, main: 5000 },
      resource: "m0",
      site: "sjc",
      epoch: 1,
      ready: false,
    });
  });
});

test("members of a component with fencing are ordered to run under a lease; spares, which run nothing, are not", () => {
  const component = aComponent("web", { spec: { fencing: { leaseDuration: "15s" } } });
  const orderOf = (claim: Claim, over: Partial<MemberInput> = {}) =>
    render({ allocations: [{ claimName: "web-0", epoch: 1 }], members: [member(claim, [], over)] })[0];
  const claim = aBoundClaim("web-0", "m1");
  const { ordinal: _none, ...spec } = claim.spec;
  expect(orderOf(claim, { component })?.fencing).toEqual({ leaseMs: 15_000 });
  expect(orderOf({ ...claim, spec }, { component })).not.toHaveProperty("fencing");
  expect(orderOf(claim)).not.toHaveProperty("fencing");
});
