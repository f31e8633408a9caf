import { describe, expect, test } from "vitest";
import { decodeObject, type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import { unknownFieldHint, validateObject } from "./index.ts";

type Json = Record<string, unknown>;

/** Faults of an object as "field: message"; decoding has to succeed. */
function faults(kind: KindInfo, body: Json, old?: Json): string[] {
  return validateObject(kind, decode(kind, body), old && decode(kind, old)).map(
    (cause) => `${cause.field}: ${cause.message}`,
  );
}

function decode(kind: KindInfo, body: Json): KubeObject {
  const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
  const decoded = decodeObject(kind, { apiVersion, kind: kind.kind, metadata: { name: "one" }, ...body });
  if ("causes" in decoded) throw new Error(JSON.stringify(decoded.causes));
  expect(decoded.unknownFields).toEqual([]);
  return decoded.object;
}

const process = "spec.phases[0].processes[0]";
const run = { name: "run", command: ["./run"], restartPolicy: "Always" };
const two = [{ name: "a", replicas: 3 }, { name: "b" }];

/** An application of three members, with one phase of one process changed by `changes`. */
function withProcess(changes: Json): string[] {
  return faults(kinds.Application, {
    spec: { components: [{ name: "a", replicas: 3 }], phases: [{ name: "go", processes: [{ ...run, ...changes }] }] },
  });
}

function withPhases(...phases: Json[]): string[] {
  return faults(kinds.Application, { spec: { components: two, phases } });
}

function withPolicy(policy: Json): string[] {
  return faults(kinds.Application, { spec: { components: [{ name: "a" }], ...policy } });
}

function withComponent(changes: Json): string[] {
  return faults(kinds.Application, { spec: { components: [{ name: "a", replicas: 3, ...changes }] } });
}

const key = { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } };
const asEnvironment = "is a value from a Secret: let the process read it from its environment";

test.each<[string, string[], string[]]>([
  [
    "an argument",
    withProcess({ args: ["x", "a".repeat(131_072)] }),
    [".args[1]: Too long: must have at most 131071 bytes"],
  ],
  ["the longest argument", withProcess({ args: ["a".repeat(131_071)] }), []],
  [
    "bytes, not characters",
    withProcess({ command: ["x", "é".repeat(65_536)] }),
    [".command[1]: Too long: must have at most 131071 bytes"],
  ],
  [
    "a variable",
    withProcess({ env: [{ name: "A", value: "a".repeat(131_070) }] }),
    [".env[0].value: Too long: must have at most 131071 bytes"],
  ],
  [
    "a Secret in an argument",
    withProcess({ env: [key], args: ["-p", "x$(KEY)"] }),
    [`.args[1]: Forbidden: $(KEY) ${asEnvironment}`],
  ],
  [
    "a Secret in a variable",
    withProcess({ env: [key, { name: "A", value: "$(KEY)" }] }),
    [`.env[1].value: Forbidden: $(KEY) ${asEnvironment}`],
  ],
  ["no Secret yet", withProcess({ env: [{ name: "A", value: "$(KEY)" }, key] }), []],
  ["no reference", withProcess({ env: [key], args: ["$$(KEY)", "$KEY", "$(OTHER)"] }), []],
])("B-FIL-19: arguments and variables that nobody could start with are refused: %s", (_name, found, expected) => {
  expect(found).toEqual(expected.map((fault) => process + fault));
});

const inA = { ...run, component: "a" };

describe("Application", () => {
  test("a whole one is good", () => {
    const application = {
      spec: {
        components: [
          {
            name: "servers",
            replicas: 100,
            minReady: 90,
            resources: {
              pool: "planetlab",
              attributes: [
                { name: "cpu.cores", min: 2 },
                { name: "load.1m", max: 8, ideal: { max: 1 }, penalty: 5 },
              ],
              spread: [{ by: "site", maxSkew: 1 }],
              requests: { cpu: "500m", memory: "256Mi" },
            },
            software: ["sword"],
          },
        ],
        phases: [
          {
            name: "configure",
            processes: [
              { name: "configure", component: "servers", command: ["./sword/configure.sh"], restartPolicy: "Never" },
            ],
            barrier: { release: { percent: 95, timeout: "10m" } },
          },
          {
            name: "serve",
            after: ["configure"],
            processes: [
              {
                name: "server",
                component: "servers",
                command: ["./sword/bin/sword", "--peers", "$(PLUSH_PEERS)"],
                restartPolicy: "Always",
                ports: [{ name: "main", port: 5000 }],
                readinessProbe: { tcpSocket: { port: "main" }, period: "1s" },
              },
            ],
          },
        ],
        recovery: {
          process: { action: "Replace", maxRestarts: 5, within: "10m" },
          software: { action: "Replace", retries: 3 },
          host: { action: "Replace", after: "0s" },
          maxReplacements: 3,
          maxConcurrent: "50%",
        },
        updateStrategy: { maxUnavailable: 1, minReadyTime: "0s" },
      },
    };
    expect(faults(kinds.Application, application)).toEqual([]);
  });

  test.each<[string, string[], string]>([
    [
      "components twice",
      faults(kinds.Application, { spec: { components: [{ name: "a" }, { name: "a" }] } }),
      'spec.components[1].name: Duplicate value: "a"',
    ],
    [
      "minReady above replicas",
      withComponent({ minReady: 4 }),
      "spec.components[0].minReady: Invalid value: 4: must not be more than replicas (3)",
    ],
    [
      "minReady above all",
      withComponent({ minReady: "101%" }),
      'spec.components[0].minReady: Invalid value: "101%": must not be more than 100%',
    ],
    [
      "more packages than all",
      withComponent({ prefetch: "200%" }),
      'spec.components[0].prefetch: Invalid value: "200%": must not be more than 100%',
    ],
    [
      "more members at once than all",
      withPolicy({ recovery: { maxConcurrent: "101%" } }),
      'spec.recovery.maxConcurrent: Invalid value: "101%": must not be more than 100%',
    ],
    [
      "more members away than all",
      withPolicy({ updateStrategy: { maxUnavailable: "101%" } }),
      'spec.updateStrategy.maxUnavailable: Invalid value: "101%": must not be more than 100%',
    ],
    [
      "no time to get ready",
      withPolicy({ updateStrategy: { progressDeadline: "0s" } }),
      'spec.updateStrategy.progressDeadline: Invalid value: "0s": must be greater than 0s',
    ],
    [
      "restarts within no time",
      withPolicy({ recovery: { process: { within: "0s" } } }),
      'spec.recovery.process.within: Invalid value: "0s": must be greater than 0s',
    ],
    [
      "spares beside a member on every machine",
      withComponent({ everyResource: true, spares: 1 }),
      "spec.components[0].spares: Forbidden: may not be set beside everyResource: every machine has its member already",
    ],
    [
      "a lease that is too short",
      withComponent({ fencing: { leaseDuration: "2900ms" } }),
      'spec.components[0].fencing.leaseDuration: Invalid value: "2900ms": must be between 3s and 5m',
    ],
    [
      "a lease that is too long",
      withComponent({ fencing: { leaseDuration: "5m1s" } }),
      'spec.components[0].fencing.leaseDuration: Invalid value: "5m1s": must be between 3s and 5m',
    ],
    [
      "a monitor that never rests",
      withComponent({ monitors: [{ name: "m", exec: { command: ["x"] }, period: "0s" }] }),
      'spec.components[0].monitors[0].period: Invalid value: "0s": must be greater than 0s',
    ],
    [
      "a monitor without a program",
      withComponent({ monitors: [{ name: "m", exec: { command: [""] } }] }),
      'spec.components[0].monitors[0].exec.command[0]: Invalid value: "": must name a program',
    ],
    [
      "pool and pools",
      withComponent({ resources: { pool: "x", pools: ["y"] } }),
      "spec.components[0].resources.pools: Forbidden: may not be set beside pool",
    ],
    [
      "empty attribute",
      withComponent({ resources: { attributes: [{ name: "os" }] } }),
      "spec.components[0].resources.attributes[0]: Required value: one of min, max, in, version, ideal, penalties",
    ],
    [
      "min above max",
      withComponent({ resources: { attributes: [{ name: "m", min: "1Gi", max: "1G" }] } }),
      'spec.components[0].resources.attributes[0].max: Invalid value: "1G": must not be less than min (1Gi)',
    ],
    [
      "latency to nobody",
      withComponent({ resources: { latency: [{ max: "1ms" }] } }),
      "spec.components[0].resources.latency[0]: Required value: one of within, to, resource",
    ],
    [
      "latency without a bound",
      withComponent({ resources: { latency: [{ within: true }] } }),
      "spec.components[0].resources.latency[0]: Required value: one of min, max, ideal",
    ],
    [
      "the closest pair of one component",
      withComponent({ resources: { latency: [{ within: true, max: "1ms", pairs: "Closest" }] } }),
      "spec.components[0].resources.latency[0].pairs: Forbidden: Closest is for `to` alone",
    ],
    [
      "latency of which the end comes first",
      withComponent({ resources: { latency: [{ within: true, min: "1s", max: "900ms" }] } }),
      'spec.components[0].resources.latency[0].max: Invalid value: "900ms": must not be less than min (1s)',
    ],
    [
      "latency to another application",
      withComponent({ resources: { latency: [{ to: "b", max: "1ms" }] } }),
      'spec.components[0].resources.latency[0].to: Invalid value: "b": is no component of the application (it has a)',
    ],
    [
      "affinity to itself by name",
      withComponent({ resources: { affinity: [{ to: "a", by: "site" }] } }),
      'spec.components[0].resources.affinity[0].to: Invalid value: "a": is the component itself: use within',
    ],
    [
      "affinity within one machine",
      withComponent({ resources: { antiAffinity: [{ within: true }] } }),
      "spec.components[0].resources.antiAffinity[0].by: Required value: for within",
    ],
    [
      "selector without values",
      withComponent({ resources: { selector: { matchExpressions: [{ key: "a", operator: "In" }] } } }),
      "spec.components[0].resources.selector.matchExpressions[0].values: Required value: for operator In",
    ],
    [
      "phases twice",
      withPhases({ name: "x", processes: [inA] }, { name: "x", processes: [inA] }),
      'spec.phases[1].name: Duplicate value: "x"',
    ],
    [
      "unknown phase",
      withPhases({ name: "x", after: ["y"], processes: [inA] }),
      'spec.phases[0].after[0]: Invalid value: "y": is no phase of the application (it has x)',
    ],
    [
      "cycle",
      withPhases({ name: "x", after: ["y"], processes: [inA] }, { name: "y", after: ["x"], processes: [inA] }),
      'spec.phases[0].after: Invalid value: "x": phases wait for each other: x → y → x',
    ],
    [
      "waits for itself",
      withPhases({ name: "x", after: ["x"], processes: [inA] }),
      'spec.phases[0].after: Invalid value: "x": phases wait for each other: x → x',
    ],
    [
      "no component of two",
      withPhases({ name: "x", processes: [run] }),
      `${process}.component: Required value: the application has more than one (a, b)`,
    ],
    [
      "unknown component",
      withPhases({ name: "x", processes: [{ ...run, component: "c" }] }),
      `${process}.component: Invalid value: "c": is no component of the application (it has a, b)`,
    ],
    [
      "ordinal too high",
      withPhases({ name: "x", processes: [{ ...inA, ordinals: "0-1,3" }] }),
      `${process}.ordinals: Invalid value: "0-1,3": component a has ordinals 0 to 2`,
    ],
    [
      "empty range",
      withPhases({ name: "x", processes: [{ ...inA, ordinals: "2-1" }] }),
      `${process}.ordinals: Invalid value: "2-1": the range 2-1 is empty`,
    ],
    [
      "barrier out of reach",
      withPhases({ name: "x", processes: [inA], barrier: { release: { count: 4 } } }),
      "spec.phases[0].barrier.release.count: Invalid value: 4: can never be reached: the phase has at most 3 members",
    ],
    [
      "minimum above count",
      withPhases({ name: "x", processes: [inA], barrier: { release: { count: 1, minimum: 2, timeout: "1s" } } }),
      "spec.phases[0].barrier.release.minimum: Invalid value: 2: must not be more than count (1)",
    ],
    [
      "minimum without timeout",
      withPhases({ name: "x", processes: [inA], barrier: { release: { minimum: 2 } } }),
      "spec.phases[0].barrier.release.timeout: Required value: minimum needs it",
    ],
    [
      "count and percent",
      withPhases({ name: "x", processes: [inA], barrier: { release: { count: 1, percent: 5 } } }),
      "spec.phases[0].barrier.release.percent: Forbidden: may not be set beside count",
    ],
    [
      "empty program",
      withProcess({ command: [" "] }),
      `${process}.command[0]: Invalid value: " ": must name a program`,
    ],
    [
      "climbing out",
      withProcess({ workingDir: "a/../.." }),
      `${process}.workingDir: Invalid value: "a/../..": must not contain ".."`,
    ],
    [
      "absolute",
      withProcess({ workingDir: "/etc" }),
      `${process}.workingDir: Invalid value: "/etc": must be a relative path`,
    ],
    [
      "B-FIL-17: an unknown name in a template",
      withProcess({ files: [{ path: "f", template: true, content: "a\n {{ .nothing }}" }] }),
      `${process}.files[0].content: Invalid value: "a\\n {{ .nothing }}": line 2, column 2: unknown name .nothing: there are .ordinal, .address, .env, .members, .components`,
    ],
    [
      "B-FIL-17: a component that is not there",
      withProcess({ files: [{ path: "f", template: true, content: "{{ range .components.b }}{{ end }}" }] }),
      `${process}.files[0].content: Invalid value: "{{ range .components.b }}{{ end }}": line 1, column 1: unknown name .components.b: no such component (there are a)`,
    ],
    [
      "a file that climbs out",
      withProcess({ files: [{ path: "../f", content: "" }] }),
      `${process}.files[0].path: Invalid value: "../f": must not contain ".."`,
    ],
    [
      "a file without a source",
      withProcess({ files: [{ path: "f" }] }),
      `${process}.files[0]: Required value: one of content, configMapKeyRef, secretKeyRef`,
    ],
    [
      "one path twice",
      withProcess({
        files: [
          { path: "a/f", content: "" },
          { path: "./a//f", content: "" },
        ],
      }),
      `${process}.files[1].path: Duplicate value: "a/f"`,
    ],
    [
      "a restart of what runs once",
      withProcess({ restartPolicy: "Never", onPeersChange: { restart: true } }),
      `${process}.onPeersChange.restart: Forbidden: may not be set beside restartPolicy Never`,
    ],
    [
      "our variable",
      withProcess({ env: [{ name: "PLUSH_PEERS", value: "" }] }),
      `${process}.env[0].name: Forbidden: PLUSH_* are set by Plush`,
    ],
    [
      "two sources",
      withProcess({
        env: [
          { name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" }, configMapKeyRef: { name: "s", key: "k" } } },
        ],
      }),
      `${process}.env[0].valueFrom.configMapKeyRef: Forbidden: may not be set beside secretKeyRef`,
    ],
    [
      "no probe",
      withProcess({ readinessProbe: {} }),
      `${process}.readinessProbe: Required value: one of httpGet, tcpSocket, exec`,
    ],
    [
      "unknown port",
      withProcess({ readinessProbe: { tcpSocket: { port: "web" } } }),
      `${process}.readinessProbe.tcpSocket.port: Invalid value: "web": is no port of the process (it has none)`,
    ],
    [
      "metrics at an unknown port",
      withProcess({ metrics: { port: "web" } }),
      `${process}.metrics.port: Invalid value: "web": is no port of the process (it has none)`,
    ],
    [
      "metrics at no path",
      withProcess({ metrics: { port: 80, path: "metrics" } }),
      `${process}.metrics.path: Invalid value: "metrics": must start with /`,
    ],
    [
      "ports twice",
      withProcess({
        ports: [
          { name: "a", port: 1 },
          { name: "b", port: 1 },
        ],
      }),
      `${process}.ports[1].port: Duplicate value: 1`,
    ],
    [
      "no memory",
      withProcess({ limits: { memory: 0 } }),
      `${process}.limits.memory: Invalid value: 0: must be greater than 0`,
    ],
    [
      "no period",
      withProcess({ livenessProbe: { exec: { command: ["x"] }, period: "0s" } }),
      `${process}.livenessProbe.period: Invalid value: "0s": must be greater than 0s`,
    ],
  ])("B-BAD-1: %s", (_, found, expected) => {
    expect(found).toEqual([expected]);
  });

  test.each([
    ["percent", 0, "must be greater than 0"],
    ["percent", 101, "must be less than or equal to 100"],
    ["count", 0, "must be greater than or equal to 1"],
  ])("B-BAD-1: a barrier's %s of %i", (field, value, words) => {
    const phases = [{ name: "go", processes: [run], barrier: { release: { [field]: value } } }];
    const body = { apiVersion: "plush.dev/v1", kind: "Application", metadata: { name: "one" } };
    const decoded = decodeObject(kinds.Application, { ...body, spec: { components: [{ name: "a" }], phases } });
    const path = `spec.phases[0].barrier.release.${field}`;
    expect(decoded).toMatchObject({ causes: [{ field: path, message: `Invalid value: ${value}: ${words}` }] });
  });

  test("ordinals of a component on every machine are not known beforehand", () => {
    const components = [{ name: "a", everyResource: true }];
    const phases = [{ name: "x", processes: [{ ...run, ordinals: "7" }], barrier: { release: { count: 9 } } }];
    expect(faults(kinds.Application, { spec: { components, phases } })).toEqual([]);
  });
});

const work = "spec.phases[0].work";

/** A phase of work on the only component. */
function withWork(changes: Json, phase: Json = {}): string[] {
  const phases = [{ name: "go", work: { command: ["./count"], ...changes }, ...phase }];
  return faults(kinds.Application, { spec: { components: [{ name: "a", replicas: 3 }], phases } });
}

describe("B-WRK-6: work that cannot be", () => {
  test.each<[string, string[], string[]]>([
    ["is good", withWork({ count: 10, maxFailed: "1%", timeout: "5s", outputs: { files: ["out/*"] } }), []],
    [
      "beside processes",
      withWork({ count: 1 }, { processes: [run] }),
      [`${work}: Forbidden: may not be set beside processes`],
    ],
    ["neither", withPhases({ name: "x" }), ["spec.phases[0].processes: Required value: one of processes, work"]],
    ["no items", withWork({}), [`${work}: Required value: one of items, count, lines, files`]],
    ["two sources", withWork({ count: 1, items: ["a"] }), [`${work}.count: Forbidden: may not be set beside items`]],
    [
      "a component that is not there",
      withWork({ count: 1, component: "b" }),
      [`${work}.component: Invalid value: "b": is no component of the application (it has a)`],
    ],
    [
      "an empty program",
      withWork({ count: 1, command: [""] }),
      [`${work}.command[0]: Invalid value: "": must name a program`],
    ],
    [
      "variables of Plush",
      withWork({ count: 1, env: [{ name: "PLUSH_ITEM", value: "x" }] }),
      [`${work}.env[0].name: Forbidden: PLUSH_* are set by Plush`],
    ],
    [
      "lines from nowhere",
      withWork({ lines: {} }),
      [`${work}.lines: Required value: one of configMapKeyRef, blob, file`],
    ],
    [
      "a file that was not uploaded",
      withWork({ files: { file: "texts" } }),
      [`${work}.files.file: Forbidden: a file is uploaded first, by \`plush apply\``],
    ],
    [
      "a pattern that leads out",
      withWork({ files: { blob: `sha256:${"0".repeat(64)}`, glob: "../*" } }),
      [`${work}.files.glob: Invalid value: "../*": must not contain ".."`],
    ],
    [
      "percent out of range",
      withWork({ count: 1, maxFailed: "101%" }),
      [`${work}.maxFailed: Invalid value: "101%": must not be more than 100%`],
    ],
    [
      "no time",
      withWork({ count: 1, timeout: "0s" }),
      [`${work}.timeout: Invalid value: "0s": must be greater than 0s`],
    ],
    [
      "members counted",
      withWork({ count: 1 }, { barrier: { release: { percent: 90 } } }),
      [
        "spec.phases[0].barrier.release.percent: Forbidden: a phase of work is released by its items: see work.maxFailed",
      ],
    ],
    [
      "an item with a zero byte",
      withWork({ items: ["a\0"] }),
      [`${work}.items[0]: Invalid value: "a\\u0000": must not contain a zero byte`],
    ],
    [
      "a phase alone, whose work has no members",
      faults(kinds.Phase, { spec: { phase: "x", work: { command: ["x"], count: 1 } } }),
      ["spec.work.component: Required value: whose members do the work"],
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("ResourceQuota", () => {
  test.each<[string, object, string]>([
    [
      "a limit that nothing is held to",
      { "limits.cpu": 1 },
      'spec.hard[limits.cpu]: Unsupported value: "limits.cpu": supported values: "',
    ],
    [
      "less than nothing",
      { "count/secrets": -1 },
      "spec.hard[count/secrets]: Invalid value: -1: must be greater than or equal to 0",
    ],
    [
      "half a priority",
      { "plush.dev/priority": "1.5" },
      'spec.hard[plush.dev/priority]: Invalid value: "1.5": must be a whole number',
    ],
  ])("%s", (_, hard, expected) => {
    const [found = "", ...rest] = faults(kinds.ResourceQuota, { spec: { hard } });
    expect(rest).toEqual([]);
    expect(found.slice(0, expected.length)).toBe(expected);
  });
});

describe("ResourcePool", () => {
  const emulated = (fields: object) => ({ spec: { provider: { emulated: { hosts: 1, ...fields } } } });

  test.each<[string, string[], string]>([
    [
      "no provider",
      faults(kinds.ResourcePool, { spec: { provider: {} } }),
      "spec.provider: Required value: one of static, local, exec, join, emulated, vm, borrow",
    ],
    [
      "two providers",
      faults(kinds.ResourcePool, {
        spec: { provider: { local: { count: 1 }, static: { hosts: [{ address: "a" }] } } },
      }),
      "spec.provider.local: Forbidden: may not be set beside static",
    ],
    [
      "more of a disk than there is",
      faults(kinds.ResourcePool, {
        spec: { provider: { local: { count: 1 } }, monitors: { disk: { minFree: "500%" } } },
      }),
      'spec.monitors.disk.minFree: Invalid value: "500%": must not be more than 100%',
    ],
    [
      "counts",
      faults(kinds.ResourcePool, { spec: { provider: { static: { hosts: [{ address: "a[1-2]", name: "b" }] } } } }),
      'spec.provider.static.hosts[0].name: Invalid value: "b": stands for 1, but the address stands for 2',
    ],
    [
      "strict",
      faults(kinds.ResourcePool, { spec: { provider: { local: { count: 1 } }, ssh: { hostKeys: "Strict" } } }),
      "spec.ssh.knownHosts: Required value: where hostKeys is Strict",
    ],
    [
      "a loan that is renewed before it begins",
      faults(kinds.ResourcePool, { spec: { provider: { local: { count: 1 } }, loan: { duration: "10m" } } }),
      'spec.loan.renewBefore: Invalid value: "10m": must be less than spec.loan.duration',
    ],
    [
      "borrowed and lent on",
      faults(kinds.ResourcePool, { spec: { provider: { borrow: { pool: "lab", count: 1 } }, lend: {} } }),
      "spec.lend: Forbidden: a pool that borrows has nothing of its own to lend",
    ],
    [
      "moves in no time",
      faults(kinds.ResourcePool, { spec: { provider: { local: { count: 1 } }, rebalance: { period: "0s" } } }),
      'spec.rebalance.period: Invalid value: "0s": must be greater than 0s',
    ],
    [
      "a link to no site",
      faults(kinds.ResourcePool, emulated({ topology: { sites: [{ name: "a" }], links: [{ from: "a", to: "b" }] } })),
      'spec.provider.emulated.topology.links[0].to: Invalid value: "b": is no site of the topology',
    ],
    [
      "two links between the same sites",
      faults(
        kinds.ResourcePool,
        emulated({
          topology: {
            sites: [{ name: "a" }, { name: "b" }],
            links: [
              { from: "a", to: "b" },
              { from: "b", to: "a" },
            ],
          },
        }),
      ),
      'spec.provider.emulated.topology.links[1]: Duplicate value: "a and b"',
    ],
    [
      "a server at no site",
      faults(kinds.ResourcePool, emulated({ topology: { serverSite: "c" } })),
      'spec.provider.emulated.topology.serverSite: Invalid value: "c": is no site of the topology',
    ],
    [
      "a fault of nothing",
      faults(kinds.ResourcePool, emulated({ faults: [{ at: "1s", kind: "Cut" }] })),
      "spec.provider.emulated.faults[0]: Required value: one of host, site",
    ],
    [
      "a virtual machine too small",
      faults(kinds.ResourcePool, { spec: { provider: { vm: { count: 1, memory: "64Mi" } } } }),
      'spec.provider.vm.memory: Invalid value: "64Mi": must be at least 256Mi',
    ],
    [
      "another provider",
      faults(
        kinds.ResourcePool,
        { spec: { provider: { local: { count: 1 } } } },
        { spec: { provider: { static: { hosts: [{ address: "a" }] } } } },
      ),
      "spec.provider.local: Forbidden: a pool keeps its provider (static): make another pool",
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual([expected]);
  });
});

describe("other kinds", () => {
  const digest = "a".repeat(64);

  test.each<[string, string[], string[]]>([
    [
      "package beside the manifest",
      faults(kinds.Software, { spec: { source: { file: "x.zip" } } }),
      ["spec.source.file: Forbidden: a file is uploaded first, by `plush apply`"],
    ],
    [
      "other digest",
      faults(kinds.Software, { spec: { source: { blob: `sha256:${digest}` }, sha256: "b".repeat(64) } }),
      [`spec.sha256: Invalid value: "${"b".repeat(64)}": is not the digest of source.blob`],
    ],
    [
      "archive we cannot unpack",
      faults(kinds.Software, { spec: { source: { url: "https://x/y.tar.xz?z=1" } } }),
      ["spec.format: Required value: archives are tar, tar.gz, tar.zst and zip; file puts it there as it is"],
    ],
    [
      "credentials in the clear",
      faults(kinds.Software, { spec: { source: { url: "http://x.org/y.tar", secretRef: { name: "s" } } } }),
      ['spec.source.url: Invalid value: "http://x.org/y.tar": must be https: credentials are not sent in the clear'],
    ],
    [
      "credentials of a blob",
      faults(kinds.Software, { spec: { source: { blob: `sha256:${digest}`, secretRef: { name: "s" } } } }),
      ["spec.source.secretRef: Forbidden: belongs to url or git"],
    ],
    [
      "credentials on this computer",
      faults(kinds.Software, { spec: { source: { url: "http://127.0.0.1:80/y.tar", secretRef: { name: "s" } } } }),
      [],
    ],
    ["nothing to fetch", faults(kinds.Software, { spec: { install: ["true"] } }), []],
    [
      "several sources",
      faults(kinds.Software, { spec: { source: { url: "https://x/y.tar", git: { url: "https://x/y" } } } }),
      ["spec.source.git: Forbidden: may not be set beside url"],
    ],
    [
      "a password in an address",
      faults(kinds.Software, { spec: { source: { git: { url: "https://ann:hush@x/y" } } } }),
      [
        'spec.source.git.url: Invalid value: "(not shown)": holds a password: write it into a Secret, and name that in secretRef',
      ],
    ],
    [
      "credentials of a repository over ssh",
      faults(kinds.Software, { spec: { source: { git: { url: "git@x:y.git" }, secretRef: { name: "s" } } } }),
      [],
    ],
    [
      "B-SOF-24: a package of the machine's for one claim",
      faults(kinds.Software, { spec: { source: { url: "https://x/y_1.deb" }, install: ["true"] } }),
      [
        "spec.scope: Required value: must be Host: a deb is installed for the whole machine",
        "spec.install: Forbidden: a deb has scripts of its own",
      ],
    ],
    [
      "a package of the machine's",
      faults(kinds.Software, { spec: { scope: "Host", source: { url: "https://x/y.rpm" } } }),
      [],
    ],
    [
      "a variant for nothing",
      faults(kinds.Software, { spec: { variants: [{ match: {}, source: { blob: `sha256:${digest}`, file: "x" } }] } }),
      [
        "spec.variants[0].match: Required value: names an attribute of machines, like arch",
        "spec.variants[0].source.file: Forbidden: may not be set beside blob",
        "spec.variants[0].source.file: Forbidden: a file is uploaded first, by `plush apply`",
      ],
    ],
    [
      "bare process without machine",
      faults(kinds.Process, { spec: { command: ["x"], restartPolicy: "Never" } }),
      ["spec.resourceName: Required value: where no phase made the process"],
    ],
    [
      "process moved",
      faults(
        kinds.Process,
        { spec: { command: ["x"], restartPolicy: "Never", resourceName: "b" } },
        { spec: { command: ["x"], restartPolicy: "Never", resourceName: "a" } },
      ),
      ['spec.resourceName: Invalid value: "b": field is immutable'],
    ],
    [
      "claim moved without an epoch",
      faults(
        kinds.Claim,
        { spec: { component: "c", resourceName: "b", epoch: 1 } },
        { spec: { component: "c", resourceName: "a", epoch: 1 } },
      ),
      ['spec.resourceName: Invalid value: "b": field is immutable'],
    ],
    [
      "claim moved",
      faults(
        kinds.Claim,
        { spec: { component: "c", resourceName: "b", epoch: 2 } },
        { spec: { component: "c", resourceName: "a", epoch: 1 } },
      ),
      [],
    ],
    [
      "bad label",
      faults(kinds.Resource, { spec: { address: "a", labels: { "a b": "c d" } } }),
      [
        'spec.labels: Invalid value: "a b": must be the key of a label',
        'spec.labels[a b]: Invalid value: "c d": must be the value of a label (at most 63 of A-Z, a-z, 0-9, -, _ and .)',
      ],
    ],
    ["no key", faults(kinds.Secret, { type: "kubernetes.io/ssh-auth" }), ["data[ssh-privatekey]: Required value"]],
    [
      "empty key",
      faults(kinds.Secret, { type: "kubernetes.io/ssh-auth", data: { "ssh-privatekey": "" } }),
      ["data[ssh-privatekey]: Required value"],
    ],
    [
      "no credentials",
      faults(kinds.Secret, { type: "kubernetes.io/basic-auth" }),
      ["data[username]: Required value", "data[password]: Required value"],
    ],
    ["a password alone", faults(kinds.Secret, { type: "kubernetes.io/basic-auth", data: { password: "" } }), []],
    [
      "half a certificate",
      faults(kinds.Secret, { type: "kubernetes.io/tls", data: { "tls.crt": "YQ==" } }),
      ["data[tls.key]: Required value"],
    ],
    [
      "no registry",
      faults(kinds.Secret, { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "YQ==" } }),
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": must be JSON'],
    ],
    [
      "nobody's token",
      faults(kinds.Secret, { type: "kubernetes.io/service-account-token" }),
      ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
    ],
    ["a type of one's own", faults(kinds.Secret, { type: "example.org/x" }), []],
    [
      "large secret",
      faults(kinds.Secret, { data: { a: Buffer.alloc(1024 * 1024 + 1).toString("base64") } }),
      ["data: Too long: must have at most 1048576 bytes"],
    ],
    [
      "a secret as large as may be",
      faults(kinds.Secret, { data: { a: Buffer.alloc(1024 * 1024).toString("base64") } }),
      [],
    ],
    [
      "event beside another object",
      faults(kinds.Event, { involvedObject: { kind: "Claim", name: "c", namespace: "other" } }),
      ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
    ],
    [
      "immutable secret",
      faults(kinds.Secret, { immutable: true, data: { a: "" } }, { immutable: true, data: { a: "YQ==" } }),
      ["data: Forbidden: field is immutable when `immutable` is set"],
    ],
    [
      "key of config",
      faults(kinds.ConfigMap, { data: { "a/b": "" } }),
      ['data[a/b]: Invalid value: "a/b": a key consists of at most 253 of A-Z, a-z, 0-9, -, _ and .'],
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test("fields of Kubernetes are answered with what they are called here", () => {
  const object = { spec: { phases: [{ processes: [{ readinessProbe: { periodSeconds: 2 } }] }] } };
  expect(unknownFieldHint(object, "spec.phases[0].processes[0].readinessProbe.periodSeconds")).toBe("use period: 2s");
  expect(unknownFieldHint(object, "spec.replicaz")).toBeUndefined();
});

describe("Roles and bindings", () => {
  const group = "rbac.authorization.k8s.io";
  const read = { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] };
  const bob = { kind: "User", name: "bob", apiGroup: group };
  const binding = (subjects: Json[], roleRef: Json = { kind: "ClusterRole", name: "view" }): Json => ({
    subjects,
    roleRef,
  });

  test.each<[string, KindInfo, Json, string[]]>([
    ["a role", kinds.Role, { rules: [read] }, []],
    ["paths in a cluster role", kinds.ClusterRole, { rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }] }, []],
    [
      "a rule without anything",
      kinds.Role,
      { rules: [{}] },
      [
        "rules[0].verbs: Required value: verbs must contain at least one value",
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[0].resources: Required value: resource rules must supply at least one resource",
      ],
    ],
    [
      "paths and resources in a namespace",
      kinds.Role,
      { rules: [{ ...read, nonResourceURLs: ["/x"] }] },
      [
        'rules[0].nonResourceURLs: Invalid value: "array": namespaced rules cannot apply to non-resource URLs',
        'rules[0].nonResourceURLs: Invalid value: "array": rules cannot apply to both regular resources and non-resource URLs',
      ],
    ],
    [
      "an aggregation of nothing",
      kinds.ClusterRole,
      { aggregationRule: {} },
      [
        "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil",
      ],
    ],
    ["a binding", kinds.RoleBinding, binding([bob, { kind: "ServiceAccount", name: "robot" }]), []],
    [
      "a service account of no namespace",
      kinds.ClusterRoleBinding,
      binding([{ kind: "ServiceAccount", name: "robot" }]),
      ["subjects[0].namespace: Required value"],
    ],
    [
      "other subjects",
      kinds.RoleBinding,
      binding([
        { kind: "Robot", name: "x" },
        { ...bob, apiGroup: "x" },
      ]),
      [
        'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
        `subjects[1].apiGroup: Unsupported value: "x": supported values: "${group}"`,
      ],
    ],
    [
      "a namespace's role for all namespaces",
      kinds.ClusterRoleBinding,
      binding([bob], { kind: "Role", name: "view" }),
      ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    ],
  ])("%s", (_name, kind, body, expected) => {
    expect(faults(kind, body)).toEqual(expected);
  });

  test("a binding keeps its role", () => {
    const old = binding([bob], { kind: "ClusterRole", name: "edit" });
    expect(faults(kinds.RoleBinding, binding([bob]), old)).toEqual([
      `roleRef: Invalid value: {"apiGroup":"${group}","kind":"ClusterRole","name":"view"}: cannot change roleRef`,
    ]);
  });
});

describe("Hook", () => {
  const url = "https://hooks.test/plush";
  const certificate = btoa("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n");

  test("a whole one is good", () => {
    const spec = { url, secretRef: { name: "key" }, caBundle: certificate, events: ["HostLost"], timeout: "500ms" };
    expect(faults(kinds.Hook, { spec })).toEqual([]);
  });

  test.each<[Json, string]>([
    [{ url: "nonsense" }, "spec.url"],
    [{ url: "file:///etc/passwd" }, "spec.url"],
    [{ url: "https://user:word@hooks.test/" }, "spec.url"],
    [{ url, timeout: "0s" }, "spec.timeout"],
    [{ url, timeout: "31s" }, "spec.timeout"],
    [{ url, caBundle: "-----BEGIN CERTIFICATE-----" }, "spec.caBundle"],
  ])("%j: %s", (spec, field) => {
    const [fault = ""] = faults(kinds.Hook, { spec });
    expect(fault).toContain(`${field}: `);
    expect(fault).not.toContain("word");
  });
});

describe("GitSync", () => {
  const url = "https://git.test/site.git";

  test("a whole one is good", () => {
    const spec = {
      url,
      ref: { semver: "^1.2 || 3.x" },
      path: "clusters/lab",
      verify: { configMapRef: { name: "keys" } },
      substitute: [{ configMapRef: { name: "lab" } }, { secretRef: { name: "lab" }, optional: true }],
      dependsOn: [{ name: "base" }],
      healthChecks: [{ kind: "Application", name: "web" }],
      webhook: { secretRef: { name: "hook" } },
    };
    expect(faults(kinds.GitSync, { spec })).toEqual([]);
  });

  test.each<[Json, string]>([
    [{ url: "https://user:pa55@git.test/x" }, "spec.url"],
    [{ url, ref: {} }, "spec.ref"],
    [{ url, ref: { branch: "main", tag: "v1" } }, "spec.ref.tag"],
    [{ url, ref: { semver: "newest" } }, "spec.ref.semver"],
    [{ url, path: "/etc" }, "spec.path"],
    [{ url, path: "../other" }, "spec.path"],
    [{ url, path: "a/./b" }, "spec.path"],
    [{ url, interval: "500ms" }, "spec.interval"],
    [{ url, timeout: "0s" }, "spec.timeout"],
    [{ url, verify: {} }, "spec.verify"],
    [{ url, substitute: [{ configMapRef: { name: "a" }, secretRef: { name: "b" } }] }, "spec.substitute[0].secretRef"],
    [{ url, dependsOn: [{ name: "one" }] }, "spec.dependsOn[0].name"],
    [{ url, healthChecks: [{ kind: "ConfigMap", name: "x" }] }, "spec.healthChecks[0].kind"],
  ])("%j: %s", (spec, field) => {
    const [fault = ""] = faults(kinds.GitSync, { spec });
    expect(fault).toContain(`${field}: `);
    expect(fault).not.toContain("pa55");
  });
});

describe("EventSink", () => {
  const url = "https://sink.test/events";

  test("a whole one is good, and so is one whose URL is in its Secret", () => {
    expect(faults(kinds.EventSink, { spec: { url, secretRef: { name: "key" }, retryFor: "24h" } })).toEqual([]);
    expect(faults(kinds.EventSink, { spec: { secretRef: { name: "chat" }, format: "Slack" } })).toEqual([]);
  });

  test.each<[Json, string]>([
    [{}, "spec.url"],
    [{ url: "ftp://sink.test/" }, "spec.url"],
    [{ url: "https://user:word@sink.test/" }, "spec.url"],
    [{ url, timeout: "31s" }, "spec.timeout"],
    [{ url, retryFor: "0s" }, "spec.retryFor"],
    [{ url, retryFor: "25h" }, "spec.retryFor"],
    [{ url, caBundle: "none" }, "spec.caBundle"],
  ])("%j: %s", (spec, field) => {
    const [fault = ""] = faults(kinds.EventSink, { spec });
    expect(fault).toContain(`${field}: `);
    expect(fault).not.toContain("word");
  });
});
