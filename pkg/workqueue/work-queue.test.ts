import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { WorkQueue } from "./work-queue.ts";

function makeQueue(random = () => 0.5) {
  const clock = new FakeClock();
  return { clock, queue: new WorkQueue({ clock, random, baseDelayMs: 10, maxDelayMs: 100 }) };
}

test("many adds are one, and an add during the work is one more", async () => {
  const { queue } = makeQueue();
  queue.add("a");
  queue.add("b");
  queue.add("a");
  expect([await queue.take(), await queue.take()]).toEqual(["a", "b"]);
  queue.add("a");
  queue.add("a");
  expect(queue.depth).toBe(0);
  queue.done("a");
  expect(queue.depth).toBe(1);
  expect(await queue.take()).toBe("a");
});

test("what rests after its work is taken again only then, once, and a shut down queue waits for nothing", async () => {
  const { clock, queue } = makeQueue();
  queue.add("a");
  await queue.take();
  queue.done("a", 100);
  queue.add("a");
  queue.add("a");
  await clock.advance(99);
  expect(queue.depth).toBe(0);
  await clock.advance(1);
  expect(queue.depth).toBe(1);
  await queue.take();
  queue.done("a", 100);
  await clock.advance(100);
  queue.add("a");
  expect(queue.depth).toBe(1);
  await queue.take();
  queue.done("a", 100);
  queue.shutDown();
  expect(clock.pending).toBe(0);
});

test("what is added until a worker begins is in its work: a key that came twice is taken once", async () => {
  const { queue } = makeQueue();
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const taken = queue.take(() => begun);
  queue.add("a");
  await Promise.resolve();
  queue.add("a");
  expect(queue.isQuiet).toBe(false);
  begin();
  expect(await taken).toBe("a");
  expect(queue.depth).toBe(0);
  queue.done("a");
  expect([queue.depth, queue.isQuiet]).toEqual([0, true]);
  queue.addRateLimited("a");
  expect(queue.isQuiet).toBe(false);
});

test("a worker that finds its key taken by another waits for the next", async () => {
  const { queue } = makeQueue();
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const late = queue.take(() => begun);
  queue.add("a");
  await Promise.resolve();
  expect(await queue.take()).toBe("a");
  begin();
  queue.add("b");
  expect(await late).toBe("b");
});

test("of two delays the earlier holds, and taking the key settles both", async () => {
  const { clock, queue } = makeQueue();
  queue.addAfter("a", 1000);
  queue.addAfter("a", 300);
  queue.addAfter("a", 500);
  await clock.advance(299);
  expect(queue.depth).toBe(0);
  await clock.advance(1);
  expect(queue.depth).toBe(1);
  queue.addAfter("a", 50);
  await queue.take();
  expect(clock.pending).toBe(0);
});

test("the delay doubles up to its limit, and starts anew after success", () => {
  const { queue } = makeQueue(() => 0.999_999);
  const delays = Array.from({ length: 6 }, () => Math.round(queue.addRateLimited("a")));
  expect(delays).toEqual([10, 20, 40, 80, 100, 100]);
  expect(queue.failures("a")).toBe(6);
  queue.forget("a");
  expect(Math.round(queue.addRateLimited("a"))).toBe(10);
});

test("shutting down lets waiting workers go and cancels all timers", async () => {
  const { clock, queue } = makeQueue();
  const taken = queue.take();
  queue.addAfter("a", 10);
  queue.shutDown();
  queue.add("b");
  expect([await taken, await queue.take()]).toEqual([undefined, undefined]);
  expect(clock.pending).toBe(0);
});

test("never two workers on one key, no add is lost, first come first served", async () => {
  const keys = ["a", "b", "c", "d"];
  const step = fc.oneof(
    fc.record({ do: fc.constant("add" as const), key: fc.constantFrom(...keys) }),
    fc.record({ do: fc.constant("take" as const) }),
    fc.record({ do: fc.constant("done" as const), index: fc.nat(3) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { queue } = makeQueue();
      const model: string[] = [];
      const owed = new Set<string>();
      const working: string[] = [];
      for (const action of steps) {
        if (action.do === "add") {
          queue.add(action.key);
          if (working.includes(action.key)) owed.add(action.key);
          else if (!model.includes(action.key)) model.push(action.key);
        } else if (action.do === "take" && model.length > 0) {
          const key = await queue.take();
          expect(key).toBe(model.shift());
          working.push(String(key));
        } else if (action.do === "done" && working.length > 0) {
          const [key = ""] = working.splice(action.index % working.length, 1);
          queue.done(key);
          if (owed.delete(key)) model.push(key);
        }
        expect(queue.depth).toBe(model.length);
        expect(new Set(working).size).toBe(working.length);
      }
    }),
  );
});
