import { describe, expect, test } from "vitest";
import { aBoundClaim, aSoftware } from "../../test/support/builders.ts";
import type { Claim, Software } from "../api/index.ts";
import { orderedSoftware, resolveSoftware } from "./index.ts";

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [arm, amd, rest, old] = ["a", "b", "c", "d"].map(digestOf);

/** With a variant for each of two kinds of machine, and one for all others if `others`. */
function sword(others: boolean, digests = { arm, amd }): Software {
  const variants = [
    { match: { arch: "arm64" }, source: { blob: arm } },
    { match: { arch: "amd64", os: "linux" }, source: { blob: amd } },
  ];
  const status = {
    state: "Ready" as const,
    observedGeneration: 1,
    variants: [
      { ...(digests.arm !== undefined && { digest: digests.arm }), format: "tar" as const },
      { ...(digests.amd !== undefined && { digest: digests.amd }), format: "zip" as const },
    ],
    ...(others && rest !== undefined && { digest: rest }),
  };
  return aSoftware("sword", status, { variants, ...(others && { source: { blob: rest } }) });
}

function orderOf(
  software: Software,
  machine: Readonly<Record<string, string>> | undefined,
  claim: Claim = aBoundClaim("web-0", "m1"),
) {
  const attribute = machine && ((name: string) => machine[name]);
  return orderedSoftware({ wanted: ["sword"], claim, lookUp: () => software, machine: attribute });
}

const digests = (made: ReturnType<typeof orderOf>) => made.packages?.map(({ digest }) => digest);

describe("B-SOF-15: the package of a machine is that of the first variant that fits it", () => {
  test.each<[string, boolean, Readonly<Record<string, string>>, string | undefined]>([
    ["one attribute", true, { arch: "arm64", os: "linux" }, arm],
    ["all attributes", true, { arch: "amd64", os: "linux" }, amd],
    ["not all of them", true, { arch: "amd64", os: "freebsd" }, rest],
    ["another kind", true, { arch: "riscv64" }, rest],
    ["nothing is known of it", true, {}, rest],
  ])("%s", (_name, others, machine, digest) => {
    expect(digests(orderOf(sword(others), machine))).toEqual([digest]);
  });

  test("B-SOF-16: where none fits, it is said for which machine", () => {
    const made = orderOf(sword(false), { arch: "riscv64" });
    expect(made.packages).toBeUndefined();
    expect(made.unfit).toEqual(["no variant of Software sword for arch riscv64, os unknown"]);
  });

  test("without a machine nothing is ordered and nothing is wrong", () => {
    expect(orderOf(sword(false), undefined)).toEqual({ missing: [], pending: [], unfit: [] });
  });

  test("what it is unpacked as is the variant's", () => {
    expect(orderOf(sword(true), { arch: "amd64", os: "linux" }).packages?.[0]?.origin.resolved.format).toBe("zip");
  });
});

describe("what a member has stays with its revision", () => {
  const held = (digest: string | undefined, epoch = 1): Claim =>
    aBoundClaim("web-0", "m1", {
      spec: { revision: "r1" },
      status: {
        revision: "r1",
        epoch,
        software: [{ name: "sword", state: "Installed", ...(digest !== undefined && { digest }) }],
      },
    });

  test("a digest that the package has no more, of the same machine", () => {
    expect(digests(orderOf(sword(true), { arch: "arm64" }, held(old)))).toEqual([old]);
  });

  test("B-SOF-15: but on a machine of another kind it is that kind's", () => {
    expect(digests(orderOf(sword(true), { arch: "amd64", os: "linux" }, held(arm)))).toEqual([amd]);
    expect(digests(orderOf(sword(true), { arch: "arm64" }, held(rest)))).toEqual([arm]);
    expect(digests(orderOf(sword(true), { arch: "arm64" }, held(old, 0)))).toEqual([arm]);
  });
});

test("B-SOF-15: a new digest of any variant is another revision", () => {
  const textOf = (software: Software) => resolveSoftware(["sword"], () => software).packages?.[0]?.digest;
  const before = textOf(sword(true));
  expect(textOf(sword(true))).toBe(before);
  expect(textOf(sword(true, { arm: old, amd }))).not.toBe(before);
  expect(textOf(sword(false))).not.toBe(before);
  const plain = aSoftware("sword", {
    state: "Ready",
    observedGeneration: 1,
    ...(rest !== undefined && { digest: rest }),
  });
  expect(textOf(plain)).toBe(rest);
});
