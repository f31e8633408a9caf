import { describe, expect, test } from "vitest";
import { aPool, aReadyResource, aResource } from "../../../test/support/builders.ts";
import { controllerRef, findCondition, kinds, type ObjectMeta, type Resource } from "../../api/index.ts";
import type { MachineSpec } from "../../fabric/index.ts";
import { planMachines } from "./machine-plan.ts";
import { type PoolObservation, planPool } from "./plan.ts";

const pool = aPool("lab");
const owned = { ownerReferences: [controllerRef(pool, kinds.ResourcePool)] };
const deleted = { deletionTimestamp: "2026-01-01T00:00:00Z" };

const wanted = (name: string, address = name): MachineSpec => ({ name, address, port: 22, labels: {} });
const own = (name: string, spec: Readonly<Record<string, unknown>> = {}, metadata: ObjectMeta = {}): Resource =>
  aResource(name, { metadata: { ...owned, ...metadata }, spec });

function textOf(machines: readonly MachineSpec[], resources: readonly Resource[]): string[] {
  const { actions, faults } = planMachines({ pool, wanted: machines, resources });
  return [
    ...actions.map((action) => `${action.kind} ${"name" in action ? action.name : action.resource.metadata.name}`),
    ...faults.map(({ reason }) => reason),
  ];
}

describe("which Resources a pool has", () => {
  test.each<[string, readonly MachineSpec[], readonly Resource[], readonly string[]]>([
    ["new ones", [wanted("m1"), wanted("m2")], [], ["create m1", "create m2"]],
    ["as they are", [wanted("m1")], [own("m1")], []],
    ["one cordoned by a person", [wanted("m1")], [own("m1", { unschedulable: true })], []],
    ["one with another address", [wanted("m1", "10.0.0.9")], [own("m1")], ["update m1"]],
    ["one no longer named", [], [own("m1")], ["delete m1"]],
    ["one on its way out", [], [own("m1", {}, deleted)], []],
    ["somebody else's name", [wanted("m1")], [aResource("m1")], ["NameTaken"]],
    [
      "somebody else's address",
      [wanted("m1", "x")],
      [aResource("other", { spec: { address: "x" } })],
      ["AddressTaken"],
    ],
    ["an address named twice", [wanted("m1", "x"), wanted("m2", "x")], [], ["create m1", "AddressTaken"]],
    ["renamed: the old one goes first", [wanted("m2", "x")], [own("m1", { address: "x" })], ["delete m1"]],
    ["of another pool", [], [aResource("m1")], []],
  ])("%s", (_name, machines, resources, expected) => {
    expect(textOf(machines, resources)).toEqual(expected);
  });
});

function plan(over: Partial<PoolObservation> = {}) {
  return planPool({
    pool,
    wanted: [],
    resources: [],
    braked: false,
    lost: 0,
    nowText: "2026-01-01T00:00:00Z",
    ...over,
  });
}

describe("how a pool is", () => {
  const ready = aReadyResource("m1", { metadata: owned });
  const coming = own("m2");

  test.each<[string, Partial<PoolObservation>, string]>([
    ["no machine yet", {}, "Pending Empty"],
    ["all ready", { resources: [ready], wanted: [wanted("m1")] }, "Ready AllReady"],
    ["coming up", { resources: [coming], wanted: [wanted("m2")] }, "Pending NoneReady"],
    ["half of them", { resources: [ready, coming], wanted: [wanted("m1"), wanted("m2")] }, "Degraded SomeNotReady"],
    ["too many gone", { resources: [ready], wanted: [wanted("m1")], braked: true, lost: 5 }, "Braked AllReady"],
    ["not to be had here", { wanted: { reason: "ProviderForbidden", message: "no" } }, "Failed Empty"],
  ])("%s", (_name, over, expected) => {
    const { status } = plan(over);
    expect(`${status.state} ${findCondition(status.conditions, "Ready")?.reason}`).toBe(expected);
  });

  test("the provider's silence deletes nothing", () => {
    const { actions } = plan({ resources: [ready], wanted: { reason: "ProviderForbidden", message: "no" } });
    expect(actions).toEqual([]);
  });

  test("deleted: its machines go, what is given up is passed on, and it waits for the last", () => {
    const going = aPool("lab", { metadata: { ...deleted, annotations: { "plush.dev/forfeit-residue": "true" } } });
    const first = plan({ pool: going, resources: [ready], wanted: [wanted("m1")] });
    expect(first.actions.map(({ kind }) => kind)).toEqual(["delete", "annotate"]);
    expect(first.nothingLeft).toBe(false);
    expect(plan({ pool: going }).nothingLeft).toBe(true);
  });
});
