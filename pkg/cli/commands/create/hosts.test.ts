import { expect, it } from "vitest";
import { hostLines, parsePlace } from "../../../inventory/index.ts";
import { readHosts } from "./hosts.ts";

it("reads a list of hosts, whose patterns may hold commas", () => {
  expect(readHosts("10.0.0.[1-3,7], admin@far.example:2222,[fe80::1]:22,fe80::2")).toEqual([
    { address: "10.0.0.[1-3,7]" },
    { address: "far.example", ssh: { user: "admin", port: 2222 } },
    { address: "fe80::1", ssh: { port: 22 } },
    { address: "fe80::2" },
  ]);
});

it("reads a file of hosts with names and labels", () => {
  expect(hostLines("# lab\nubuntu@10.0.0.1 name=n1 site=sjc\n\n10.0.0.2:2022 # the other\n")).toEqual([
    { address: "10.0.0.1", name: "n1", labels: { site: "sjc" }, ssh: { user: "ubuntu" } },
    { address: "10.0.0.2", ssh: { port: 2022 } },
  ]);
  expect(() => hostLines("10.0.0.1 n1")).toThrow('"n1" is not name=NAME or LABEL=VALUE');
});

it("refuses what is no host", () => {
  expect(() => parsePlace("host:99999")).toThrow("is no host");
  expect(() => readHosts(",")).toThrow("no hosts");
});
