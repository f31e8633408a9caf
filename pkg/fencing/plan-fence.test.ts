import { expect, test } from "vitest";
import {
  type FencedMember,
  type FenceHolder,
  type FenceInput,
  planFence,
  provesOver,
  surelyOverMs,
} from "./plan-fence.ts";

const member: FencedMember = {
  key: { namespace: "default", application: "app", component: "servers", ordinal: 0 },
  claimUid: "c1",
  epoch: 2,
  resourceUid: "m2",
  leaseMs: 15_000,
  isLeaving: false,
};
const own: FenceHolder = { claimUid: "c1", epoch: 2, resourceUid: "m2", boot: "b2", longestMs: 15_000 };
const former: FenceHolder = { ...own, epoch: 1, resourceUid: "m1", boot: "b1" };
const input: FenceInput = {
  wish: { epoch: 2, resourceUid: "m2", boot: "b2", holds: false },
  member,
  holder: own,
  isOver: false,
  isGivenUp: false,
  isSettled: true,
};
const holding = { ...input.wish, holds: true };

test.each<[string, Partial<FenceInput>, string]>([
  ["the holder on record", {}, "grant"],
  ["the holder on record, long after", { isOver: true }, "grant"],
  ["nobody has held it", { holder: undefined }, "record"],
  ["another holds it", { holder: former }, "wait"],
  ["another held it", { holder: former, isOver: true }, "record"],
  ["another claim of the same name holds it", { holder: { ...own, claimUid: "c0" } }, "wait"],
  [
    "of the same claim and epoch, on another machine, as after a restore",
    { holder: { ...own, resourceUid: "m1" } },
    "wait",
  ],
  ["its machine was restarted", { wish: { ...input.wish, boot: "b3" } }, "record"],
  ["it has given a receipt", { isGivenUp: true, isOver: true }, "refuse"],
  ["the binding is of another epoch by now", { member: { ...member, epoch: 3 } }, "refuse"],
  ["the claim is bound elsewhere", { member: { ...member, resourceUid: "m1" } }, "refuse"],
  ["it is being deleted, and runs", { member: { ...member, isLeaving: true } }, "grant"],
  [
    "it is being deleted, and does not run",
    { member: { ...member, isLeaving: true }, holder: former, isOver: true },
    "refuse",
  ],
  ["a longer lease than before", { member: { ...member, leaseMs: 60_000 } }, "record"],
  ["a shorter lease than before", { member: { ...member, leaseMs: 3000 } }, "grant"],
  ["after a restore, the holder on record", { isSettled: false }, "wait"],
  ["after a restore, nobody on record", { isSettled: false, holder: undefined }, "wait"],
  ["after a restore, who holds a grant", { isSettled: false, wish: holding }, "grant"],
  [
    "after a restore, who holds a grant and is not on record",
    { isSettled: false, wish: holding, holder: former },
    "record",
  ],
])("%s: %s", (_name, change, kind) => {
  expect(planFence({ ...input, ...change }).kind).toBe(kind);
});

test("the longest lease stays on record when it is made shorter and longer", () => {
  const decision = planFence({
    ...input,
    holder: { ...own, longestMs: 20_000 },
    member: { ...member, leaseMs: 60_000 },
  });
  expect(decision).toMatchObject({ holder: { longestMs: 60_000 } });
  expect(planFence({ ...input, holder: { ...own, longestMs: 20_000 } }).kind).toBe("grant");
});

test.each([
  ["another boot", { boot: "b9", receiptOf: () => undefined }, true],
  ["a receipt for its epoch", { boot: "b1", receiptOf: () => 1 }, true],
  ["a receipt for an epoch before", { boot: "b1", receiptOf: () => 0 }, false],
  ["silence about it", { boot: "b1", receiptOf: () => undefined }, false],
])("%s proves that a holder is gone: %s", (_name, evidence, proves) => {
  expect(provesOver(former, evidence)).toBe(proves);
});

test.each([
  [3000, 4000],
  [15_000, 16_000],
  [300_000, 303_000],
])("a lease of %d ms is certainly over after %d ms", (leaseMs, overMs) => {
  expect(surelyOverMs(leaseMs)).toBe(overMs);
});
