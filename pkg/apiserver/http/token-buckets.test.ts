import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import { TokenBuckets } from "./token-buckets.ts";

test("lets a burst through, then as many as come back; says when there will be one", async () => {
  const clock = new FakeClock();
  const buckets = new TokenBuckets({ perSecond: 2, burst: 3, clock });
  const take = (): number => buckets.take("a");
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 0.5]);
  expect(buckets.take("b")).toBe(0);
  await clock.advance(500);
  expect([take(), take()]).toEqual([0, 0.5]);
  await clock.advance(60_000);
  expect([take(), take(), take()]).toEqual([0, 0, 0]);
  expect(take()).toBeGreaterThan(0);
});

test("never more than the burst and what came back, however requests are spread", async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(gaps, async (waits) => {
      const clock = new FakeClock();
      const buckets = new TokenBuckets({ perSecond: 5, burst: 4, clock });
      let passed = 0;
      for (const wait of waits) {
        await clock.advance(wait);
        if (buckets.take("a") === 0) passed++;
      }
      expect(passed).toBeLessThanOrEqual(4 + (clock.monotonic() / 1000) * 5);
    }),
    { numRuns: 20 },
  );
});

test("many names do not fill the memory: the least recently used is forgotten, and is full again", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1, clock: new FakeClock() });
  expect(buckets.take("kept")).toBe(0);
  expect(buckets.take("forgotten")).toBe(0);
  for (let index = 0; index < 10_000; index++) {
    buckets.take(`user-${index}`);
    if (index % 100 === 0) buckets.take("kept");
  }
  expect(buckets.take("kept")).toBeGreaterThan(0);
  expect(buckets.take("forgotten")).toBe(0);
});
