import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { GiveWay } from "./give-way.ts";
import { Turns } from "./turns.ts";

function aWorld() {
  const clock = new FakeClock();
  const turns = new Turns(clock);
  const giveWay = new GiveWay(clock, turns);
  const gone: string[] = [];
  const wait = (key: string): void => giveWay.wait(key, () => gone.push(key));
  /** Somebody has something to do in each moment. */
  const work = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 10) {
      void turns.give();
      await clock.advance(10);
    }
  };
  return { clock, giveWay, gone, wait, work };
}

test("who is cheap waits for nobody", async () => {
  const { giveWay, gone, wait, work } = aWorld();
  await work(100);
  giveWay.limit("a", 5);
  wait("a");
  expect([gone, giveWay.isEmpty]).toEqual([["a"], true]);
});

test("who is dear waits until it is quiet, once for all that happens meanwhile", async () => {
  const { clock, giveWay, gone, wait, work } = aWorld();
  giveWay.limit("a", 1000);
  wait("a");
  await work(500);
  wait("a");
  expect([gone, giveWay.isEmpty]).toEqual([[], false]);
  await clock.advance(40);
  expect([gone, giveWay.isEmpty]).toEqual([["a"], true]);
});

test("but not for ever", async () => {
  const { giveWay, gone, wait, work } = aWorld();
  giveWay.limit("a", 1000);
  giveWay.limit("b", 60_000);
  wait("a");
  wait("b");
  await work(1050);
  expect(gone).toEqual(["a"]);
  await work(2000);
  expect(gone).toEqual(["a", "b"]);
});

test("stopped, nobody is called back", async () => {
  const { clock, giveWay, gone, wait } = aWorld();
  giveWay.limit("a", 1000);
  wait("a");
  giveWay.stop();
  await clock.advance(5000);
  expect(gone).toEqual([]);
});
