import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { BeatWatch } from "./beat-watch.ts";

/** A clock whose timers come late: the event loop stood still. */
class StallingClock extends FakeClock {
  #lateMs = 0;

  override monotonic(): number {
    return super.monotonic() + this.#lateMs;
  }

  stall(ms: number): void {
    this.#lateMs += ms;
  }
}

function start() {
  const clock = new StallingClock();
  const ticks: { now: number; floor: number }[] = [];
  const watch = new BeatWatch(clock, (now, floor) => ticks.push({ now, floor }));
  return { clock, ticks, watch, last: () => ticks.at(-1) };
}

test("time passes as it does on the clock while the process is on time", async () => {
  const { clock, last, watch } = start();
  await clock.advance(1000);
  expect(last()).toEqual({ now: 1000, floor: 0 });
  expect(watch.now).toBe(1000);
});

test("a standstill does not count, what was before it does, and the first tick after it judges nobody", async () => {
  const { clock, ticks, last, watch } = start();
  await clock.advance(1000);
  clock.stall(700);
  const before = ticks.length;
  await clock.advance(50);
  expect(ticks.length).toBe(before);
  expect(watch.absences).toBe(0);
  await clock.advance(50);
  expect(last()).toEqual({ now: 1100, floor: 0 });
});

test("a server that stands still again and again still measures silence", async () => {
  const { clock, watch } = start();
  for (let i = 0; i < 20; i++) {
    clock.stall(400);
    await clock.advance(100);
  }
  expect(watch.now).toBe(2000);
});

test("what is heard during a standstill is not heard in the future", async () => {
  const { clock, watch } = start();
  await clock.advance(1000);
  clock.stall(600_000);
  expect(watch.now).toBe(1300);
  await clock.advance(50);
  expect(watch.now).toBe(1050);
});

test("after a long absence nothing before it is silence", async () => {
  const { clock, last, watch } = start();
  await clock.advance(1400);
  clock.stall(60_000);
  await clock.advance(100);
  expect(watch.absences).toBe(1);
  expect(last()).toEqual({ now: 1500, floor: 1450 });
});
