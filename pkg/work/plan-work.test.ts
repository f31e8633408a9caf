import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WorkItem } from "../api/index.ts";
import { type ItemReport, itemUid, judgeWork, noSummary, planWork, type WorkMember, type WorkRule } from "./index.ts";
import { noPace, slowAfterMs, windowOf, withDuration } from "./pace.ts";

const rule: WorkRule = { phaseUid: "p", round: 0, retries: 2, open: true, perMember: 1, speculate: false };
const start = 1_767_225_600_000;

function member(claimUid: string, parts: Partial<WorkMember> = {}): WorkMember {
  return { claimUid, epoch: 1, ordinal: 0, pulls: true, answers: true, reports: new Map(), ...parts };
}

function uidOf(item: WorkItem, attempt = item.attempts): string {
  return itemUid({ phaseUid: "p", round: 0, index: item.index, attempt });
}

/** A work of so many items whose plans are carried out at once. */
class Work {
  readonly items = new Map<number, WorkItem>();
  readonly total: number;
  readonly rule: WorkRule;
  pace = noPace;
  nowMs = start;

  constructor(total: number, changes: Partial<WorkRule> = {}) {
    this.total = total;
    this.rule = { ...rule, ...changes };
  }

  plan(members: readonly WorkMember[]): number | undefined {
    const { total, items } = this;
    const fresh = Array.from({ length: total }, (_, index) => index).filter((index) => !items.has(index));
    const { changes, recheckAfterMs } = planWork({
      rule: this.rule,
      items: [...items.values()],
      fresh,
      members,
      pace: this.pace,
      nowMs: this.nowMs,
    });
    for (const item of changes) items.set(item.index, item);
    return recheckAfterMs;
  }

  item(index: number): WorkItem {
    return this.items.get(index) ?? { index, state: "Waiting", attempts: 0, failures: 0, leases: [] };
  }

  /** What a member tells of the last attempt at an item. */
  tells(index: number, report: ItemReport): ReadonlyMap<string, ItemReport> {
    return new Map([[uidOf(this.item(index)), report]]);
  }
}

const done: ItemReport = { kind: "done", durationMs: 10 };
const failed: ItemReport = { kind: "failed", reason: "ExitCode", exitCode: 3, output: "bad\n", durationMs: 10 };

describe("B-WRK-1: items are pulled by members", () => {
  test("each gets a few at a time, the first items first, and more when it has told results", () => {
    const work = new Work(10);
    work.plan([member("a"), member("b", { ordinal: 1 })]);
    const given = [...work.items.values()].map(({ index, leases }) => `${index}${leases[0]?.claimUid}`);
    expect(given).toEqual(["0a", "1b", "2a", "3b"]);
    work.plan([member("a", { reports: work.tells(0, done) }), member("b")]);
    expect(work.item(0)).toMatchObject({ state: "Done", leases: [], claimUid: "a", durationMs: 10, attempt: 1 });
    expect(work.item(4).leases).toMatchObject([{ claimUid: "a", attempt: 1 }]);
  });

  test("of short items more lie ready than of long ones", () => {
    const paceOf = (ms: number) =>
      Array.from({ length: 5 }).reduce<typeof noPace>((pace) => withDuration(pace, ms), noPace);
    expect(windowOf(1, paceOf(5))).toBe(18);
    expect(windowOf(1, paceOf(500))).toBe(3);
    expect(windowOf(4, paceOf(60_000))).toBe(8);
  });
});

test("B-WRK-2: who is lost, or has a new holder, gives items back and no try is counted", () => {
  const work = new Work(1);
  work.plan([member("a")]);
  work.plan([member("a", { epoch: 2, pulls: false })]);
  expect(work.item(0)).toMatchObject({ state: "Waiting", failures: 0, leases: [] });
  work.plan([member("b")]);
  expect(work.item(0)).toMatchObject({ state: "Running", attempts: 2, failures: 0, leases: [{ claimUid: "b" }] });
  work.plan([member("b", { reports: work.tells(0, { kind: "returned" }), pulls: false })]);
  expect(work.item(0)).toMatchObject({ state: "Waiting", failures: 0 });
});

test("B-WRK-3: an item that failed is tried again, by another member if there is one, and fails for good after retries", () => {
  const work = new Work(1, { retries: 1 });
  work.plan([member("a"), member("b")]);
  const reports = work.tells(0, failed);
  work.plan([member("a", { reports }), member("b")]);
  expect(work.item(0)).toMatchObject({ state: "Running", failures: 1, leases: [{ claimUid: "b", attempt: 2 }] });
  work.plan([member("a"), member("b", { reports: work.tells(0, failed) })]);
  expect(work.item(0)).toMatchObject({ state: "Failed", failures: 2, exitCode: 3, output: "bad\n", leases: [] });
});

describe("B-WRK-4: past the knee the slowest items are run anew", () => {
  test("by an idle member, once; the first result is kept and the other attempt ended", () => {
    const work = new Work(2, { speculate: true });
    const both = [member("a"), member("b", { ordinal: 1 })];
    work.plan(both);
    for (let n = 0; n < 5; n++) work.pace = withDuration(work.pace, 100);
    work.nowMs += 600;
    expect(work.plan([member("a", { reports: work.tells(0, done) }), member("b")])).toBe(400);
    work.nowMs += 400;
    work.plan(both);
    expect(work.item(1).leases).toMatchObject([{ claimUid: "b" }, { claimUid: "a", attempt: 2 }]);
    const running = new Map([[uidOf(work.item(1), 1), { kind: "running" } as ItemReport]]);
    work.plan([member("a", { reports: work.tells(1, done) }), member("b", { reports: running })]);
    expect(work.item(1)).toMatchObject({ state: "Done", attempt: 2, leases: [{ claimUid: "b", cancelled: true }] });
    work.plan(both);
    expect(work.item(1).leases).toEqual([]);
  });

  test("nothing is slow before some are done", () => {
    expect(slowAfterMs(withDuration(noPace, 5000))).toBeUndefined();
  });
});

test("B-WRK-5: more failed items than may fail the work at once, with the numbers", () => {
  const summary = {
    ...noSummary,
    items: 100,
    done: 40,
    failed: 11,
    failures: [{ index: 17, message: "exited with 3" }],
  };
  expect(judgeWork(100, summary, "10%")).toEqual({
    state: "Failed",
    message: "11 of 100 items failed, 10 may: item 17 exited with 3",
  });
  expect(judgeWork(100, { ...summary, done: 89 }, 11).state).toBe("Released");
  expect(judgeWork(100, summary, 11)).toEqual({
    state: "Open",
    message: "40 of 100 items done, 11 failed (11 may), 0 with members",
  });
});

test("work that is over takes everything back", () => {
  const work = new Work(3);
  work.plan([member("a")]);
  const reports = new Map([[uidOf(work.item(0)), { kind: "running" } as ItemReport]]);
  planInto(work, { open: false }, [member("a", { reports })]);
  expect(work.item(0)).toMatchObject({ state: "Waiting", leases: [{ cancelled: true }] });
  planInto(work, { open: false }, [member("a")]);
  expect([...work.items.values()].flatMap(({ leases }) => leases)).toEqual([]);
});

function planInto(work: Work, changes: Partial<WorkRule>, members: readonly WorkMember[]): void {
  const { changes: items } = planWork({
    rule: { ...work.rule, ...changes },
    items: [...work.items.values()],
    fresh: [],
    members,
    pace: work.pace,
    nowMs: work.nowMs,
  });
  for (const item of items) work.items.set(item.index, item);
}

const ends = fc.constantFrom<ItemReport["kind"]>("pending", "running", "running", "done", "done", "failed", "returned");

test("whatever members do: a result never changes, two have an item at most, nobody has too many, all gets done", () => {
  const step = fc.record({
    lost: fc.array(fc.nat(3), { maxLength: 2 }),
    ends: fc.array(ends, { minLength: 1, maxLength: 9 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 25 }),
      (total, perMember, steps) => {
        const work = new Work(total, { perMember, speculate: true, retries: 1 });
        const epochs = [1, 1, 1, 1];
        for (const { lost, ends: kinds } of steps) {
          for (const index of lost) epochs[index] = (epochs[index] ?? 0) + 1;
          const before = new Map(work.items);
          work.plan(membersOf(work, epochs, (n) => kinds[n % kinds.length] ?? "done"));
          work.nowMs += 700;
          checkStep(work, before, windowOf(perMember, work.pace));
          for (const item of work.items.values())
            if (item.state === "Done" && before.get(item.index)?.state !== "Done")
              work.pace = withDuration(work.pace, item.durationMs ?? 0);
        }
        for (let n = 0; n < 100; n++) work.plan(membersOf(work, epochs, () => "done"));
        const summary = [...work.items.values()];
        expect(summary.filter(({ state }) => state === "Done" || state === "Failed")).toHaveLength(total);
        expect(summary.flatMap(({ leases }) => leases)).toEqual([]);
        expect(summary.every(({ state, failures }) => failures <= 2 && (state !== "Failed" || failures === 2))).toBe(
          true,
        );
      },
    ),
    { numRuns: 200 },
  );
});

function checkStep(work: Work, before: ReadonlyMap<number, WorkItem>, window: number): void {
  const held = new Map<string, number>();
  for (const item of work.items.values()) {
    const earlier = before.get(item.index);
    if (earlier?.state === "Done" || earlier?.state === "Failed")
      expect({ ...item, leases: [] }).toEqual({ ...earlier, leases: [] });
    expect(item.leases.length).toBeLessThanOrEqual(2);
    expect(new Set(item.leases.map(({ claimUid }) => claimUid)).size).toBe(item.leases.length);
    for (const { claimUid } of item.leases) held.set(claimUid, (held.get(claimUid) ?? 0) + 1);
  }
  for (const count of held.values()) expect(count).toBeLessThanOrEqual(window);
}

function membersOf(
  work: Work,
  epochs: readonly number[],
  kindOf: (n: number) => ItemReport["kind"],
): readonly WorkMember[] {
  let n = 0;
  return epochs.map((epoch, ordinal) => {
    const claimUid = `c${ordinal}`;
    const reports = new Map<string, ItemReport>();
    for (const item of work.items.values()) {
      for (const lease of item.leases) {
        if (lease.claimUid !== claimUid || lease.epoch !== epoch) continue;
        const kind = kindOf(n++);
        const report: ItemReport = kind === "done" ? done : kind === "failed" ? failed : { kind };
        reports.set(uidOf(item, lease.attempt), report);
      }
    }
    return member(claimUid, { epoch, ordinal, reports });
  });
}
