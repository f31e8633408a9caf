import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { match, refusalOf } from "./match.ts";
import { type Occupant, type PreemptionInput, planPreemption } from "./preemption.ts";
import { aClaim, aMachine, aRequest } from "./testing/views.ts";

interface Member {
  readonly name: string;
  readonly priority: number;
  readonly cpu?: number;
  readonly group?: string;
  readonly isAvailable?: boolean;
}

/** Machines of 1000m, and who is on them. */
function scene(
  machines: Readonly<Record<string, readonly Member[]>>,
  change: Partial<PreemptionInput> = {},
): PreemptionInput {
  const members = Object.values(machines).flat();
  const occupant = ({ name, priority, group = name, isAvailable = true }: Member): [string, Occupant] => [
    `uid-${name}`,
    { claimUid: `uid-${name}`, priority, group, isAvailable },
  ];
  return {
    request: aRequest({ component: "urgent", requests: { cpuMillis: 600 } }),
    machines: Object.entries(machines).map(([name, here]) =>
      aMachine(name, {
        allocatable: { cpuMillis: 1000 },
        allocations: here.map((one) =>
          aClaim(one.name, { component: one.group ?? one.name, requests: { cpuMillis: one.cpu ?? 1000 } }),
        ),
      }),
    ),
    priority: 10,
    occupants: new Map(members.map(occupant)),
    budgets: new Map(),
    ...change,
  };
}

function planned(input: PreemptionInput): string {
  const plan = planPreemption(input);
  return plan === undefined
    ? "nothing"
    : `${plan.machine.name}: ${plan.victims.map(({ claimUid }) => claimUid.slice(4)).join(",")}`;
}

describe("B-PRI-1: who has to go", () => {
  test.each<[string, PreemptionInput, string]>([
    ["nobody of the same priority", scene({ m1: [{ name: "same", priority: 10 }] }), "nothing"],
    ["nobody where there is room", scene({ m1: [{ name: "low", priority: 0 }], m2: [] }), "nothing"],
    [
      "the least important",
      scene({ m1: [{ name: "five", priority: 5 }], m2: [{ name: "two", priority: 2 }] }),
      "m2: two",
    ],
    [
      "as few as possible",
      scene({
        m1: [
          { name: "a", priority: 0, cpu: 500 },
          { name: "b", priority: 0, cpu: 500 },
        ],
        m2: [
          { name: "c", priority: 0, cpu: 400 },
          { name: "d", priority: 0, cpu: 600 },
        ],
      }),
      "m2: d",
    ],
    [
      "who can be missed before who cannot",
      scene(
        { m1: [{ name: "a", priority: 0, group: "one" }], m2: [{ name: "b", priority: 0, group: "two" }] },
        {
          budgets: new Map([
            ["one", 0],
            ["two", 1],
          ]),
        },
      ),
      "m2: b",
    ],
    [
      "who does no work before who does, for the same budget",
      scene(
        {
          m1: [{ name: "a", priority: 0, group: "one" }],
          m2: [{ name: "b", priority: 0, group: "one", isAvailable: false }],
        },
        { budgets: new Map([["one", 0]]) },
      ),
      "m2: b",
    ],
    [
      "who cannot be missed, where there is nobody else",
      scene({ m1: [{ name: "a", priority: 0 }] }, { budgets: new Map([["a", 0]]) }),
      "m1: a",
    ],
    [
      "nobody on a machine that would not do anyhow",
      scene({
        m1: [
          { name: "high", priority: 20, cpu: 500 },
          { name: "low", priority: 0, cpu: 500 },
        ],
      }),
      "nothing",
    ],
    [
      "nobody of whom nothing is known",
      scene({ m1: [{ name: "low", priority: 0 }] }, { occupants: new Map() }),
      "nothing",
    ],
  ])("%s", (_name, input, expected) => {
    expect(planned(input)).toBe(expected);
  });

  test("nobody on a machine of which what members are spread over is not known", () => {
    const spread = [{ by: "site", maxSkew: 1 }];
    const input = scene({ m1: [{ name: "low", priority: 0 }] });
    const request = aRequest({ component: "urgent", requests: { cpuMillis: 500 }, spread });
    expect(planned({ ...input, request })).toBe("nothing");
    const machines = input.machines.map((one) => ({ ...one, labels: { site: "a" } }));
    expect(planned({ ...input, request, machines })).toBe("m1: low");
  });
});

const member = fc.record({
  priority: fc.integer({ min: -2, max: 3 }),
  cpu: fc.integer({ min: 0, max: 600 }),
  group: fc.constantFrom("one", "two", "three"),
  isAvailable: fc.boolean(),
});

test("B-PRI-1: nobody of equal or higher priority ever goes, nobody where there is room, and nobody who could have stayed", () => {
  const scenes = fc.record({
    machines: fc.array(fc.array(member, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    priority: fc.integer({ min: -1, max: 3 }),
    cpu: fc.integer({ min: 1, max: 1200 }),
    budget: fc.integer({ min: 0, max: 2 }),
  });
  let preemptions = 0;
  fc.assert(
    fc.property(scenes, ({ machines, priority, cpu, budget }) => {
      const named = machines.map((here, m) => here.map((one, n) => ({ ...one, name: `${m}-${n}` })));
      const input = scene(Object.fromEntries(named.map((here, m) => [`m${m}`, here])), {
        priority,
        request: aRequest({ component: "urgent", requests: { cpuMillis: cpu }, perMachine: 1 }),
        budgets: new Map([
          ["one", budget],
          ["two", 1],
        ]),
      });
      const plan = planPreemption(input);
      if (plan === undefined) return;
      preemptions++;
      expect(match(input.request, input.machines).chosen).toBeUndefined();
      expect(plan.victims.length).toBeGreaterThan(0);
      for (const victim of plan.victims) expect(victim.priority).toBeLessThan(priority);
      const without = (spared?: Occupant) => ({
        ...plan.machine,
        allocations: plan.machine.allocations.filter(
          ({ claimUid }) => claimUid === spared?.claimUid || !plan.victims.some((one) => one.claimUid === claimUid),
        ),
      });
      expect(refusalOf(input.request, without())).toBeUndefined();
      for (const victim of plan.victims) expect(refusalOf(input.request, without(victim))).toBeDefined();
      const turned = planPreemption({ ...input, machines: [...input.machines].reverse() });
      expect(turned?.machine.name).toBe(plan.machine.name);
    }),
    { numRuns: 2000 },
  );
  expect(preemptions).toBeGreaterThan(100);
});
