import { expect, test } from "vitest";
import { type AllocationView, type MachineView, membersOn, type SeatGroup, seatTogether } from "../index.ts";
import { aClaim, aMachine, aRequest } from "../testing/views.ts";

interface Rule {
  readonly to: string;
  readonly by?: string;
}

/** Members of a component that go where those of others are, each with the port 80 unless it says otherwise. */
function group(component: string, count: number, rules: readonly Rule[], ports: readonly number[] = [80]): SeatGroup {
  const member: AllocationView = aClaim(component, { component, ports });
  return {
    count,
    member,
    name: component,
    mutual: new Map(rules.map(({ to }) => [to, to])),
    request: (machines) =>
      aRequest({
        component,
        ports,
        perMachine: 9,
        peers: rules.map(({ to, ...rest }) => ({
          kind: "affinity",
          label: to,
          ...rest,
          peers: membersOn(machines, "default", to),
          of: 1,
        })),
      }),
  };
}

const at = (name: string, site: string, over: Partial<MachineView> = {}) =>
  aMachine(name, { labels: { site }, ...over });
const bySite = (...names: readonly string[]): readonly Rule[] => names.map((to) => ({ to, by: "site" }));

test("B-FIND-14: two that each go where the other is get a place with room for both, not the first one", () => {
  const machines = [at("m1", "sjc"), at("m2", "fra"), at("m3", "fra"), at("m4", "fra")];
  const pair = [group("web", 1, bySite("db")), group("db", 2, bySite("web"))];
  expect(seatTogether(pair, machines)?.name).toBe("m2");
  const without = [at("m1", "sjc"), at("m2", "fra"), at("m3", "fra"), at("m4", "ams")];
  expect(seatTogether(pair, without)).toBeUndefined();
});

test("B-FIND-14: on one machine, where it takes both", () => {
  const busy = at("m1", "sjc", { allocations: [aClaim("other-0", { component: "other", ports: [81] })] });
  const pair = [group("web", 1, [{ to: "db" }]), group("db", 1, [{ to: "web" }], [81])];
  expect(seatTogether(pair, [busy, at("m2", "sjc")])?.name).toBe("m2");
  expect(seatTogether(pair, [busy])).toBeUndefined();
});

test("B-FIND-14: three in a circle, and who is there already counts", () => {
  const circle = [group("a", 1, bySite("b")), group("b", 1, bySite("c")), group("c", 1, bySite("a"))];
  const machines = [at("m1", "sjc"), at("m2", "sjc"), at("m3", "fra"), at("m4", "fra"), at("m5", "fra")];
  expect(seatTogether(circle, machines)?.name).toBe("m3");
  const present = [
    at("m1", "sjc", { allocations: [aClaim("c-0", { component: "c", ports: [80] })] }),
    ...machines.slice(1),
  ];
  const rest = [group("a", 1, bySite("b")), group("b", 1, bySite("c")), group("c", 0, bySite("a"))];
  expect(seatTogether(rest, [...present, at("m6", "sjc")])?.name).toBe("m2");
});

test("B-FIND-14: a large question is answered for as many as there is time for", () => {
  const machines = Array.from({ length: 2000 }, (_, index) => at(`m${index}`, `s${index % 50}`));
  const pair = [group("web", 500, bySite("db")), group("db", 500, bySite("web"))];
  expect(seatTogether(pair, machines)).toBeDefined();
});
