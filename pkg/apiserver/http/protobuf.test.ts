import fc from "fast-check";
import { expect, test } from "vitest";
import { StatusError } from "../../status/index.ts";
import { decodeProtobuf } from "./protobuf.ts";

/** Values by field number: text, a number, or a message in turn; a list repeats the field. */
type Fields = readonly (readonly [number, string | number | Fields])[];

function varint(value: bigint): number[] {
  const bits = BigInt.asUintN(64, value);
  return bits < 128n ? [Number(bits)] : [Number(bits & 127n) | 128, ...varint(bits >> 7n)];
}

function encode(fields: Fields): number[] {
  return fields.flatMap(([field, value]) => {
    if (typeof value === "number") return [...varint(BigInt(field << 3)), ...varint(BigInt(value))];
    const bytes = typeof value === "string" ? [...Buffer.from(value)] : encode(value);
    return [...varint(BigInt((field << 3) | 2)), ...varint(BigInt(bytes.length)), ...bytes];
  });
}

function body(apiVersion: string, kind: string, object: Fields): Uint8Array {
  const outer: Fields = [
    [
      1,
      [
        [1, apiVersion],
        [2, kind],
      ],
    ],
    [2, object],
  ];
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...encode(outer)]);
}

test.each([
  [
    "Secret",
    [
      [
        1,
        [
          [1, "s"],
          [2, ""],
          [
            11,
            [
              [1, "app"],
              [2, "x"],
            ],
          ],
        ],
      ],
      [
        2,
        [
          [1, "key"],
          [2, "value"],
        ],
      ],
      [
        2,
        [
          [1, "empty"],
          [2, ""],
        ],
      ],
      [5, 0],
    ],
    { metadata: { name: "s", labels: { app: "x" } }, data: { key: "dmFsdWU=", empty: "" }, immutable: false },
  ],
  [
    "RoleBinding",
    [
      [1, [[1, "b"]]],
      [
        2,
        [
          [1, "User"],
          [2, "rbac.authorization.k8s.io"],
          [3, "alice"],
        ],
      ],
      [
        2,
        [
          [1, "Group"],
          [3, "staff"],
        ],
      ],
      [
        3,
        [
          [2, "ClusterRole"],
          [3, "view"],
        ],
      ],
    ],
    {
      metadata: { name: "b" },
      subjects: [
        { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "alice" },
        { kind: "Group", name: "staff" },
      ],
      roleRef: { kind: "ClusterRole", name: "view" },
    },
  ],
  [
    "Lease",
    [
      [
        2,
        [
          [1, "me"],
          [
            4,
            [
              [1, 1_700_000_000],
              [2, 123_456_789],
            ],
          ],
          [5, 0],
        ],
      ],
    ],
    { spec: { holderIdentity: "me", renewTime: "2023-11-14T22:13:20.123456Z", leaseTransitions: 0 } },
  ],
  [
    "SubjectAccessReview",
    [
      [
        2,
        [
          [3, "bob"],
          [4, "staff"],
          [
            5,
            [
              [1, "scopes"],
              [
                2,
                [
                  [1, "a"],
                  [1, "b"],
                ],
              ],
            ],
          ],
        ],
      ],
    ],
    { spec: { user: "bob", groups: ["staff"], extra: { scopes: ["a", "b"] } } },
  ],
  [
    "DeleteOptions",
    [
      [1, 0],
      [3, 0],
      [5, "All"],
    ],
    { gracePeriodSeconds: 0, orphanDependents: false, dryRun: ["All"] },
  ],
  ["Eviction", [[2, [[1, -1]]]], { deleteOptions: { gracePeriodSeconds: -1 } }],
] as const)("%s is read as the JSON that it stands for", (kind, fields, expected) => {
  expect(decodeProtobuf(body("v1", kind, fields))).toEqual({ apiVersion: "v1", kind, ...expected });
});

test("what cannot be read is refused, and never more than that", () => {
  expect(() => decodeProtobuf(body("v1", "constructor", []))).toThrow("constructor is not accepted as protobuf");
  const good = body("v1", "ConfigMap", [[1, [[1, "c"]]]]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(good.length), (noise, at) => {
      const bytes = Uint8Array.from([...good.subarray(0, at), ...noise, ...good.subarray(at + noise.length)]);
      try {
        decodeProtobuf(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(StatusError);
      }
    }),
  );
});

test("a body of very many small fields takes time in proportion to its length", () => {
  const many: Fields = Array.from({ length: 50_000 }, () => [5, "All"] as const);
  const options = decodeProtobuf(body("v1", "DeleteOptions", many)) as { dryRun: readonly string[] };
  expect(options.dryRun).toHaveLength(50_000);
});
