import { describe, expect, test } from "vitest";
import { expandPattern } from "./host-pattern.ts";
import { expandHosts, type StaticHost } from "./index.ts";

function expand(...hosts: Partial<StaticHost>[]): ReturnType<typeof expandHosts> {
  return expandHosts(
    hosts.map((host) => ({ address: "", labels: {}, ...host })),
    22,
    "hosts",
  );
}

describe("expandHosts", () => {
  test("pairs names with addresses", () => {
    const { machines, faults } = expand({
      address: "10.0.0.[1-3]",
      name: "n[01-03]",
      ssh: { port: 2222 },
      labels: { site: "sjc" },
    });
    expect(faults).toEqual([]);
    expect(machines.map(({ name, address, port }) => `${name} ${address}:${port}`)).toEqual([
      "n01 10.0.0.1:2222",
      "n02 10.0.0.2:2222",
      "n03 10.0.0.3:2222",
    ]);
    expect(machines[0]?.labels).toEqual({ site: "sjc" });
  });

  test("makes names of addresses", () => {
    expect(expand({ address: "Host_1.Example" }, { address: "fd00::1:2" }).machines.map((one) => one.name)).toEqual([
      "host-1.example",
      "fd00--1-2",
    ]);
  });

  test("says what is wrong, and where", () => {
    const { faults } = expand(
      { address: "10.0.0.[1-4]", name: "n[1-3]" },
      { address: "10.0.1.[4-1]" },
      { address: "a", name: "Bad_Name" },
      { address: "[1-1000000]" },
      { address: "b" },
      { address: "b" },
      { address: "c", name: "b" },
    );
    expect(faults.map((fault) => `${fault.field}: ${fault.message}`)).toEqual([
      'hosts[0].name: Invalid value: "n[1-3]": stands for 3, but the address stands for 4',
      expect.stringContaining('hosts[1].address: Invalid value: "10.0.1.[4-1]": must be text'),
      expect.stringContaining('hosts[2].name: Invalid value: "Bad_Name": must be a DNS name'),
      expect.stringContaining('hosts[3].address: Invalid value: "[1-1000000]": must be text'),
      'hosts: Duplicate value: "b:22"',
      'hosts: Duplicate value: "b"',
    ]);
  });
});

test.each([
  ["x", ["x"]],
  ["r[1-2]n[08,10]", ["r1n08", "r1n10", "r2n08", "r2n10"]],
  ["[9-11]", ["9", "10", "11"]],
  ["[009-011]", ["009", "010", "011"]],
  ["[1", undefined],
  ["[]", undefined],
  ["[a-b]", undefined],
  ["[0-999][0-999]", undefined],
])("expandPattern(%j)", (pattern, expected) => {
  expect(expandPattern(pattern)).toEqual(expected);
});
