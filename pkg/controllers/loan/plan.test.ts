import fc from "fast-check";
import { expect, test } from "vitest";
import { aReadyResource } from "../../../test/support/builders.ts";
import { kinds, type MachineLoan, mustDecode, type Resource, type ResourcePool } from "../../api/index.ts";
import { type LoanWorld, planLoans } from "./plan.ts";

const minute = 60_000;
const start = Date.parse("2026-01-01T00:00:00Z");
const at = (minutes: number): string => new Date(start + minutes * minute).toISOString().replace(".000Z", "Z");

function pool(name: string, spec: object, metadata: object = {}): ResourcePool {
  return mustDecode(kinds.ResourcePool, {
    apiVersion: "plush.dev/v1",
    kind: "ResourcePool",
    metadata: { name, uid: `uid-${name}`, creationTimestamp: at(0), ...metadata },
    spec,
  });
}

const donor = (lend: object | undefined = {}, metadata: object = {}): ResourcePool =>
  pool("lab", { provider: { static: { hosts: [{ address: "m1" }] } }, ...(lend && { lend }) }, metadata);

const borrower = (name: string, borrow: object, metadata: object = {}): ResourcePool =>
  pool(
    name,
    { provider: { borrow: { pool: "lab", ...borrow } }, loan: { duration: "60m", renewBefore: "10m" } },
    metadata,
  );

interface MachineParts {
  readonly loan?: Partial<MachineLoan>;
  readonly claims?: number;
  readonly more?: object;
}

function machine(name: string, { loan, claims = 0, more = {} }: MachineParts = {}): Resource {
  const allocations = Array.from({ length: claims }, (_, index) => ({
    ...{ claimUid: `${name}-${index}`, claimName: "c", namespace: "default", component: "web", epoch: 1 },
  }));
  const lent = loan && { pool: "night", since: at(0), until: at(60), term: 1, ...loan };
  return aReadyResource(name, { status: { allocations, ...(lent && { loan: lent }), ...more } });
}

/** "m1 > night@60": lent until then; "m1 < night": back; "m1 ! night@10 Reclaimed": not any more from then on. */
function told(world: Partial<LoanWorld> & Pick<LoanWorld, "machines">, minutes = 0): string[] {
  const plan = planLoans({ donor: donor(), borrowers: [], nowAt: start + minutes * minute, ...world });
  const groups = plan.steps.map((group) =>
    group
      .map(({ machine: { metadata, status }, next }) => {
        if (next === undefined) return `${metadata.name} < ${status?.loan?.pool}`;
        const until = (Date.parse(next.until) - start) / minute;
        return `${metadata.name} ${next.ending === undefined ? ">" : "!"} ${next.pool}@${until}${next.ending === undefined ? ` term ${next.term}` : ` ${next.ending}`}`;
      })
      .join(", "),
  );
  return [...groups, ...plan.vacate.map(({ metadata }) => `vacate ${metadata.name}`)];
}

test("B-LOAN-1: free machines are lent to who asked first, in one commit, and all or none where that is asked", () => {
  const machines = [
    machine("m1", { claims: 1 }),
    machine("m2"),
    machine("m3"),
    machine("m4", { more: { residue: [{}] } }),
  ];
  const [night, day] = [borrower("night", { count: 2 }), borrower("day", { count: 1 }, { creationTimestamp: at(1) })];
  expect(told({ machines, borrowers: [day, night] })).toEqual(["m2 > night@60 term 1, m3 > night@60 term 1"]);
  const group = borrower("night", { count: 3, together: true });
  expect(told({ machines, borrowers: [group, day] })).toEqual(["m2 > day@60 term 1"]);
  expect(told({ machines: [...machines, machine("m5")], borrowers: [group] })).toEqual([
    "m2 > night@60 term 1, m3 > night@60 term 1, m5 > night@60 term 1",
  ]);
});

test("B-LOAN-1: nothing is lent to whom the pool does not lend, nor more than it says", () => {
  const machines = [machine("m1"), machine("m2")];
  const night = borrower("night", { count: 2 });
  expect(told({ machines, borrowers: [night], donor: donor({ pools: ["day"] }) })).toEqual([]);
  expect(told({ machines, borrowers: [night], donor: pool("lab", { provider: { local: { count: 1 } } }) })).toEqual([]);
  expect(told({ machines, borrowers: [night], donor: donor({ max: 1 }) })).toEqual(["m1 > night@60 term 1"]);
  expect(
    told({ machines, borrowers: [borrower("night", { count: 2, together: true })], donor: donor({ max: 1 }) }),
  ).toEqual([]);
});

test("B-LOAN-2: a loan is renewed before its end, all of a pool's at once, and not sooner", () => {
  const machines = [machine("m1", { loan: {}, claims: 1 }), machine("m2", { loan: {} })];
  const world = { machines, borrowers: [borrower("night", { count: 2 })] };
  expect(told(world, 49)).toEqual([]);
  expect(told(world, 50)).toEqual(["m1 > night@120 term 2, m2 > night@120 term 2"]);
  // A server that was away over the end goes on: nobody else can have had them meanwhile.
  expect(told(world, 95)).toEqual(["m1 > night@155 term 2, m2 > night@155 term 2"]);
  expect(planLoans({ donor: donor(), ...world, nowAt: start }).recheckAfterMs).toBe(50 * minute);
});

test("B-LOAN-3: at the renewal a pool gives up what is too many or does not work, the emptiest first, and gets more", () => {
  const machines = [
    machine("m1", { loan: {} }),
    machine("m2", { loan: {}, claims: 2 }),
    machine("m3", { loan: {}, claims: 1 }),
  ];
  expect(told({ machines, borrowers: [borrower("night", { count: 2 })] }, 30)).toEqual([]);
  expect(told({ machines, borrowers: [borrower("night", { count: 2 })] }, 50)).toEqual([
    "m1 ! night@60 Shrunk, m2 > night@120 term 2, m3 > night@120 term 2",
  ]);
  const broken = machine("m3", { loan: {}, claims: 1, more: { conditions: [] } });
  const rest = [machine("m1", { loan: {} }), machine("m2", { loan: {} }), broken, machine("m4")];
  expect(told({ machines: rest, borrowers: [borrower("night", { count: 3 })] }, 50)).toEqual([
    "m1 > night@120 term 2, m2 > night@120 term 2, m3 ! night@60 Unfit",
    "m4 > night@120 term 1",
  ]);
});

test("B-LOAN-4: who lends calls back with notice: those that came last first, the emptiest of them, or all", () => {
  const machines = [
    machine("m1", { loan: { since: at(-5) } }),
    machine("m2", { loan: {}, claims: 1 }),
    machine("m3", { loan: {} }),
  ];
  const borrowers = [borrower("night", { count: 3 })];
  expect(told({ machines, borrowers, donor: donor({ max: 2, notice: "5m" }) }, 20)).toEqual([
    "m3 ! night@25 Reclaimed",
  ]);
  expect(told({ machines, borrowers, donor: donor({ pools: [], notice: "5m" }) }, 20)).toEqual([
    "m1 ! night@25 Reclaimed",
    "m2 ! night@25 Reclaimed",
    "m3 ! night@25 Reclaimed",
  ]);
  // A term that ends sooner than the notice does ends then.
  expect(
    told({ machines: [machine("m2", { loan: {} })], borrowers, donor: donor({ max: 0, notice: "30m" }) }, 45),
  ).toEqual(["m2 ! night@60 Reclaimed"]);
});

test("B-LOAN-5: what ends goes back as soon as it is empty; who is still there at the end has to go", () => {
  const machines = [
    machine("m1", { loan: { ending: "Shrunk" } }),
    machine("m2", { loan: { ending: "Reclaimed" }, claims: 1 }),
  ];
  const borrowers = [borrower("night", { count: 0 })];
  expect(told({ machines, borrowers }, 30)).toEqual(["m1 < night"]);
  expect(told({ machines, borrowers }, 60)).toEqual(["m1 < night", "vacate m2"]);
  const gone = { deletionTimestamp: at(1) };
  expect(
    told({ machines: [machine("m1", { loan: {}, claims: 1 })], borrowers: [borrower("night", { count: 1 }, gone)] }, 1),
  ).toEqual(["m1 ! night@60 Released"]);
});

test("B-LOAN-6: whatever happens, a machine is lent to one pool at a time, never to more than are allowed, and comes back", () => {
  const change = fc.record({
    night: fc.nat(4),
    day: fc.nat(4),
    max: fc.nat(5),
    together: fc.boolean(),
    busy: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    pass: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      let loans: (MachineLoan | undefined)[] = Array.from({ length: 5 }, () => undefined);
      let minutes = 0;
      for (const { night, day, max, together, busy, pass } of changes) {
        minutes += pass;
        const machines = loans.map((loan, index) =>
          machine(`m${index}`, { ...(loan && { loan }), claims: loan !== undefined && busy[index] === true ? 1 : 0 }),
        );
        const borrowers = [borrower("night", { count: night, together }), borrower("day", { count: day })];
        const { steps, vacate } = planLoans({
          donor: donor({ max }),
          machines,
          borrowers,
          nowAt: start + minutes * minute,
        });
        const touched = steps.flat().map(({ machine: one }) => one);
        expect(new Set(touched).size).toBe(touched.length);
        for (const { machine: one, next } of steps.flat()) {
          const index = machines.indexOf(one);
          const before = loans[index];
          if (before !== undefined && next !== undefined) expect(next.pool).toBe(before.pool);
          loans = loans.map((loan, place) => (place === index ? next : loan));
        }
        const granted = steps.filter((group) =>
          group.some(({ next }) => next?.term === 1 && next.since === at(minutes)),
        );
        if (granted.length > 0) expect(loans.filter((loan) => loan !== undefined).length).toBeLessThanOrEqual(max);
        for (const one of vacate)
          expect(Date.parse(one.status?.loan?.until ?? "")).toBeLessThanOrEqual(start + minutes * minute);
      }
    }),
  );
});
