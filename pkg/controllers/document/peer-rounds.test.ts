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
  await clock.advance(3);
  news();
  await clock.advance(3);
  expect(looked).toHaveLength(6);
});

test("while news keep coming they are gathered, and told when it is quiet, or has not been for long", async () => {
  const { clock, looked, news } = aWorld(0);
  const told: number[] = [];
  for (let step = 0; step < 11; step++) {
    news();
    await clock.advance(2);
    told.push(looked.length / claims.length);
  }
  // Three members: quiet is three milliseconds, and eight times that is twenty-four.
  expect(told.at(-1)).toBe(0);
  news();
  await clock.advance(2);
  expect(looked).toHaveLength(3);
  news();
  await clock.advance(4);
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
