import { expect, test } from "vitest";
import { aBoundClaim } from "../../../test/support/builders.ts";
import { FakeClock } from "../../clock/fake-clock.ts";
import { PeerRounds } from "./peer-rounds.ts";

const claims = [0, 1, 2].map((ordinal) => aBoundClaim(`web-${ordinal}`, `m${ordinal}`));

function aWorld(roundInMs: number) {
  const clock = new FakeClock();
  const looked: string[] = [];
  const rounds = new PeerRounds({
    clock,
    claimsWith: () => claims,
    roundIn: () => Math.max(0, roundInMs - clock.monotonic()),
    machinesOf: (found) => found.map(({ spec }) => ({ namespace: "", name: spec.resourceName ?? "" })),
  });
  const news = (): void => {
    for (const claim of claims) rounds.news(claim);
  };
  return { clock, looked, news, stop: rounds.start(({ name }) => void looked.push(name)) };
}

test("news of many members have each machine looked at once, when the next round is due", async () => {
  const { clock, looked, news } = aWorld(150);
  news();
  await clock.advance(149);
  expect(looked).toEqual([]);
  news();
  await clock.advance(1);
  expect(looked).toEqual(["m0", "m1", "m2"]);
  expect(clock.pending).toBe(0);
});

test("what comes after a round waits for the next one", async () => {
  const { clock, looked, news } = aWorld(0);
  news();
  await clock.advance(1);
  news();
  await clock.advance(1);
  expect(looked).toHaveLength(6);
});

test("while news keep coming they are gathered, and told when it is quiet, or has not been for long", async () => {
  const { clock, looked, news } = aWorld(0);
  const steps = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
  const told: number[] = [];
  for (const step of steps) {
    news();
    await clock.advance(step);
    told.push(looked.length / claims.length);
  }
  // Three members: quiet is three quarters of a millisecond, and eight times that is six.
  expect(told.at(-1)).toBe(0);
  news();
  await clock.advance(0.5);
  expect(looked).toHaveLength(3);
  news();
  await clock.advance(1);
  expect(looked).toHaveLength(6);
});

test("who is stopped leaves no timer behind", async () => {
  const { clock, looked, news, stop } = aWorld(10);
  news();
  stop();
  news();
  expect(clock.pending).toBe(0);
  await clock.advance(20);
  expect(looked).toEqual([]);
});
