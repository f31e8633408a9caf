import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { Precedence } from "./precedence.ts";

/** A queue that goes first, whose length is told, and one who does not go first. */
function aWorld() {
  const clock = new FakeClock();
  const precedence = new Precedence(clock);
  const world = { clock, precedence, backlog: 0, passed: 0 };
  precedence.add(() => world.backlog);
  const pass = async (): Promise<void> => {
    await precedence.wait();
    world.passed += 1;
  };
  return { world, pass };
}

test("while nobody has anything to take in, nobody waits", async () => {
  const { world, pass } = aWorld();
  for (let piece = 0; piece < 3; piece++) await pass();
  expect(world.passed).toBe(3);
});

test("who does not go first has its turn, and then waits six times as long as that took", async () => {
  const { world, pass } = aWorld();
  world.backlog = 10;
  await pass();
  await world.clock.advance(4);
  await pass();
  await world.clock.advance(6);
  const late = pass();
  await world.clock.advance(59);
  expect(world.passed).toBe(2);
  await world.clock.advance(2);
  await late;
  expect(world.passed).toBe(3);
});

test("it goes on as soon as all is taken in", async () => {
  const { world, pass } = aWorld();
  world.backlog = 10;
  await pass();
  await world.clock.advance(20);
  const late = [pass(), pass()];
  await world.clock.advance(10);
  expect(world.passed).toBe(1);
  world.backlog = 0;
  await world.clock.advance(1);
  await Promise.all(late);
  expect(world.passed).toBe(3);
});

test("one that held the thread for long is waited for no longer than half a second", async () => {
  const { world, pass } = aWorld();
  world.backlog = 10;
  await pass();
  await world.clock.advance(200);
  const late = pass();
  await world.clock.advance(490);
  expect(world.passed).toBe(1);
  await world.clock.advance(20);
  await late;
  expect(world.passed).toBe(2);
});
