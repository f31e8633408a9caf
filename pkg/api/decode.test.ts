import { describe, expect, test } from "vitest";
import { allKinds, decodeObject, type KindInfo, kinds, schemaOf } from "./index.ts";

const process = { name: "run", command: ["sleep", "1"], restartPolicy: "Never" };

function application(spec: object): object {
  return { apiVersion: "plush.dev/v1", kind: "Application", metadata: { name: "one" }, spec };
}

describe("decodeObject", () => {
  test("fills in defaults, nested ones too, and leaves its input alone", () => {
    const input = application({ components: [{ name: "main" }], phases: [{ name: "go", processes: [process] }] });
    const before = structuredClone(input);
    const decoded = decodeObject(kinds.Application, input);
    expect(input).toEqual(before);
    if (!("object" in decoded)) throw new Error(JSON.stringify(decoded.causes));
    expect(Object.isFrozen(decoded.object.spec.components[0])).toBe(true);
    expect(decoded.object.spec).toMatchObject({
      components: [{ replicas: 1, resources: { attributes: [], perMachine: 1 }, software: [] }],
      phases: [{ after: [], barrier: { release: {} }, processes: [{ stop: { signal: "TERM", timeout: "30s" } }] }],
      recovery: { process: { action: "Replace", maxRestarts: 5 }, maxConcurrent: "50%" },
      cleanup: { awayAfter: "30s" },
      updateStrategy: { maxUnavailable: 1 },
    });
  });

  test("B-TREE-16: a pool that says nothing of a tree is none; one that does gets its fan-out", () => {
    const treeOf = (more: object): unknown => {
      const spec = { provider: { static: { hosts: [{ address: "n[1-100]" }] } }, ...more };
      const decoded = decodeObject(kinds.ResourcePool, {
        ...{ apiVersion: "plush.dev/v1", kind: "ResourcePool", metadata: { name: "lab" }, spec },
      });
      if (!("object" in decoded)) throw new Error(JSON.stringify(decoded.causes));
      return decoded.object.spec.tree;
    };
    expect(treeOf({})).toBeUndefined();
    expect(treeOf({ tree: {} })).toEqual({ fanOut: 32, port: 0 });
  });

  test("drops unknown fields and nulls, and names the former", () => {
    const decoded = decodeObject(kinds.Application, {
      ...application({ components: [{ name: "main", replicaz: 3, minReady: null, __proto__x: 1 }], bogus: {} }),
      status: {},
    });
    expect(decoded.unknownFields).toEqual([
      "spec.components[0].replicaz",
      "spec.components[0].__proto__x",
      "spec.bogus",
    ]);
    expect("object" in decoded && Object.keys(decoded.object.spec.components[0] ?? {})).not.toContain("minReady");
  });

  test("says faults as Kubernetes does", () => {
    const decoded = decodeObject(kinds.Application, {
      ...application({
        components: [{ name: "Main", replicas: "two", minReady: "half" }, { replicas: -1 }],
        phases: [
          {
            name: "go",
            timeout: "5",
            processes: [{ ...process, restartPolicy: "Sometimes", ports: [{ name: "a", port: 70000 }], command: [] }],
          },
        ],
      }),
      metadata: { name: "one", labels: { a: 1 } },
    });
    expect("causes" in decoded && decoded.causes.map((cause) => `${cause.field}: ${cause.message}`).sort()).toEqual([
      "metadata.labels[a]: Invalid value: 1: must be a string",
      'spec.components[0].minReady: Invalid value: "half": must be a count or a percentage such as 50%',
      'spec.components[0].name: Invalid value: "Main": must be a DNS label of at most 40 characters (a-z, 0-9 and -, starting and ending with a letter or digit)',
      'spec.components[0].replicas: Invalid value: "two": must be an integer',
      "spec.components[1].name: Required value",
      "spec.components[1].replicas: Invalid value: -1: must be greater than or equal to 0",
      'spec.phases[0].processes[0].command: Invalid value: "array": must not be empty',
      "spec.phases[0].processes[0].ports[0].port: Invalid value: 70000: must be between 0 and 65535, inclusive",
      'spec.phases[0].processes[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      'spec.phases[0].timeout: Invalid value: "5": must be a duration such as 500ms, 10s, 1m30s or 24h',
    ]);
  });

  test.each([null, 3, "text", [], {}, { spec: [] }, { apiVersion: {}, kind: 1, metadata: "x", spec: 7 }])(
    "refuses %j without throwing",
    (value) => {
      for (const kind of allKinds) expect("causes" in decodeObject(kind, value)).toBe(true);
    },
  );

  test("every kind has a schema", () => {
    for (const kind of allKinds) expect(schemaOf(kind).properties).toHaveProperty("metadata");
  });
});

test.each([
  [kinds.Event, { count: 1e300 }, "count: Invalid value: 1e+300: must be less than or equal to 9007199254740991"],
  [kinds.Event, { lastTimestamp: "yesterday" }, 'lastTimestamp: Invalid value: "yesterday": must be of type date-time'],
  [kinds.Event, { lastTimestamp: "2026-01-02T03:04:05+01:00" }, undefined],
  [
    kinds.Lease,
    { spec: { leaseDurationSeconds: 0 } },
    "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
  ],
  [kinds.Lease, { spec: { leaseTransitions: 2 ** 31 } }, expect.stringContaining("2147483647")],
] as const)("whole numbers and times: %#", (kind, fields, fault) => {
  const { group, version } = kind;
  const body = { apiVersion: group === "" ? version : `${group}/${version}`, kind: kind.kind, metadata: {}, ...fields };
  const result = decodeObject(kind as KindInfo, { involvedObject: {}, ...body });
  const causes = "causes" in result ? result.causes.map(({ field, message }) => `${field}: ${message}`) : [];
  expect(causes).toEqual(fault === undefined ? [] : [fault]);
});
