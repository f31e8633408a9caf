import { expect, test } from "vitest";
import { aResource, connected, lost } from "../../test/support/builders.ts";
import type { Resource } from "../api/index.ts";
import { FakeClock } from "../clock/index.ts";
import type { HostObservation } from "../fabric/index.ts";
import type { Cache } from "../informer/index.ts";
import type { UsageReport } from "../protocol/index.ts";
import { UsageBook } from "./usage-book.ts";

/** Machines m1, m2 and so on; each answers when the test says so. */
function bench(observations: Readonly<Record<string, HostObservation>> = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const answers = new Map<string, (report: UsageReport) => void>();
  const resources = { get: ({ name }: { name: string }) => aResource(name) } as unknown as Cache<Resource>;
  const book = new UsageBook({
    clock,
    resources,
    fabric: {
      observe: (uid) => observations[uid] ?? connected(),
      usage: (uid) => {
        asked.push(uid);
        return new Promise((resolve) => answers.set(uid, resolve));
      },
    },
  });
  return { clock, asked, answers, book };
}

const report = (at: string): UsageReport => ({ at, windowMs: 1000, processes: [] });

test("a machine is asked once for all who ask within a while", async () => {
  const { clock, asked, answers, book } = bench();
  const first = book.read(["m1"]);
  const second = book.read(["m1", "m2"]);
  answers.get("uid-m1")?.(report("a"));
  answers.get("uid-m2")?.(report("b"));
  expect([...(await first).keys(), ...(await second).keys()]).toEqual(["m1", "m1", "m2"]);
  await clock.advance(1500);
  await book.read(["m1"]);
  expect(asked).toEqual(["uid-m1", "uid-m2"]);
  await clock.advance(1500);
  const third = book.read(["m1"]);
  answers.get("uid-m1")?.(report("c"));
  expect((await third).get("m1")?.at).toBe("c");
});

test("nobody waits long for one that does not answer; what it says later serves the next", async () => {
  const { clock, asked, answers, book } = bench({ "uid-m2": lost("dead", 0) });
  const first = book.read(["m1", "m2"]);
  await clock.advance(2000);
  expect((await first).size).toBe(0);
  expect(asked).toEqual(["uid-m1"]);
  answers.get("uid-m1")?.(report("late"));
  await Promise.resolve();
  expect((await book.read(["m1"])).get("m1")?.at).toBe("late");
});
