import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { FakeClock, systemClock } from "../../clock/index.ts";
import { appendPoint, readIndex } from "./log-index.ts";
import { LogKeeper, rotate } from "./log-keeper.ts";
import { type ReadLogOptions, readLog } from "./read-log.ts";

let path = "";

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "plush-log-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  path = join(directory, "1.1.log");
});

async function read(change: Partial<ReadLogOptions> = {}): Promise<string> {
  const parts: Buffer[] = [];
  const options = { path, timestamps: false, clock: systemClock, signal: new AbortController().signal, ...change };
  for await (const piece of readLog(options)) parts.push(piece);
  return Buffer.concat(parts).toString();
}

test("the last lines are found, over rotated files too", async () => {
  appendFileSync(path, "one\ntwo\n");
  let base = await rotate(path, 0, 2);
  appendFileSync(path, "three\n");
  base = await rotate(path, base, 2);
  appendFileSync(path, "four\nfi");
  expect(await read()).toBe("one\ntwo\nthree\nfour\nfi");
  expect(await read({ tail: 1 })).toBe("fi");
  expect(await read({ tail: 3 })).toBe("three\nfour\nfi");
  expect(await read({ tail: 4 })).toBe("two\nthree\nfour\nfi");
  expect(await read({ tail: 0 })).toBe("");
  base = await rotate(path, base, 2);
  expect(await read()).toBe("three\nfour\nfi");
});

test("a log that outgrows its limit is rotated, and what was kept stays within it", async () => {
  const clock = new FakeClock();
  const keeper = new LogKeeper(clock);
  onTestFinished(() => keeper.close());
  appendFileSync(path, "a".repeat(100));
  keeper.keep(path, { maxSizeBytes: 50, keep: 1 });
  await clock.advance(1000);
  await expect.poll(() => readFileSync(path, "utf8")).toBe("");
  expect(readFileSync(`${path}.1`, "utf8")).toBe("a".repeat(100));
  await expect.poll(async () => (await readIndex(path)).base).toBe(100);
});

test("lines have the times at which they were written, and can be had since a time", async () => {
  appendFileSync(path, "early\nearly too\n");
  // Nothing is known of times yet: all of it may be newer.
  expect(await read({ since: 500 })).toBe("early\nearly too\n");
  await appendPoint(path, { offset: 16, time: 1000 });
  appendFileSync(path, "late\n");
  await appendPoint(path, { offset: 21, time: 5000 });
  expect(await read({ since: 3000 })).toBe("late\n");
  expect(await read({ since: 500 })).toBe("early\nearly too\nlate\n");
  expect(await read({ since: 9000 })).toBe("");
  const early = new Date(1000).toISOString();
  expect(await read({ timestamps: true })).toBe(
    `${early} early\n${early} early too\n${new Date(5000).toISOString()} late\n`,
  );
});

test("following goes on until the process has ended, across a rotation", async () => {
  appendFileSync(path, "one\n");
  let isEnded = false;
  const reading = read({ isEnded: () => isEnded });
  appendFileSync(path, "two\n");
  await rotate(path, 0, 1);
  appendFileSync(path, "three\n");
  isEnded = true;
  expect(await reading).toBe("one\ntwo\nthree\n");
});
