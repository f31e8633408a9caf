import { expect, test } from "vitest";
import { systemClock } from "../clock/index.ts";
import { Turns } from "./turns.ts";

/** A clock whose time is told, with how often somebody waited for the next turn. */
function aWorld() {
  const world = { nowMs: 0, deferred: 0 };
  const turns = new Turns({
    ...systemClock,
    monotonic: () => world.nowMs,
    defer: (callback) => {
      world.deferred += 1;
      systemClock.defer(callback);
    },
  });
  return { world, turns };
}

test("work goes on within a turn until it has taken long; then whoever waits for I/O has one", async () => {
  const { world, turns } = aWorld();
  await turns.give();
  expect(world.deferred).toBe(1);
  let heard = false;
  setImmediate(() => {
    heard = true;
  });
  for (let piece = 0; piece < 4; piece++) {
    world.nowMs += 1;
    await turns.give();
  }
  expect([world.deferred, heard]).toEqual([1, false]);
  world.nowMs += 1;
  await turns.give();
  expect([world.deferred, heard]).toEqual([2, true]);
});

test("all that wait for the next turn wait for the same one", async () => {
  const { world, turns } = aWorld();
  await Promise.all([turns.give(), turns.give(), turns.give()]);
  expect(world.deferred).toBe(1);
});
