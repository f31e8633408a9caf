import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { seeded } from "../../../test/support/seeded.ts";
import { FakeClock } from "../../clock/index.ts";
import { streamNames } from "../../protocol/index.ts";
import { LogKeeper } from "./log-keeper.ts";
import { writeJournal } from "./merge-journal.ts";
import { StreamMerge } from "./stream-merge.ts";
import { findKeptStream, spoolPath } from "./stream-spool.ts";

let log = "";

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "plush-streams-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  log = join(directory, "1.1.log");
  for (const path of [log, spoolPath(log, "stdout"), spoolPath(log, "stderr")]) writeFileSync(path, "");
});

function print(name: "stdout" | "stderr", text: string): void {
  appendFileSync(spoolPath(log, name), text);
}

function merge(streams: StreamMerge, isLast = false): Promise<number> {
  return streams.merge({ logEnd: statSync(log).size, isLast });
}

function logText(): string {
  return readFileSync(log, "utf8");
}

test("the stream that was written to longest ago comes first, in whole lines", async () => {
  const streams = new StreamMerge(log);
  print("stderr", "warning\nhalf");
  print("stdout", "one\n");
  utimesSync(spoolPath(log, "stderr"), 1000, 1000);
  await merge(streams);
  expect(logText()).toBe("warning\none\n");
  // Nobody ends the line: a prompt, for example.
  await merge(streams);
  expect(logText()).toBe("warning\none\nhalf");
  print("stdout", "two\nlast");
  await merge(streams, true);
  expect(logText()).toBe("warning\none\nhalftwo\nlast");
  expect(await merge(streams)).toBe(0);
});

test("B-FIN-25: however often whoever brings streams together is killed, every byte is in the log once, in its stream's order", async () => {
  const random = seeded(7);
  const printed = { stdout: "", stderr: "" };
  const letters = { stdout: "abcdefghij", stderr: "ABCDEFGHIJ" };
  for (let round = 0; round < 60; round++) {
    for (const name of streamNames) {
      const text = letters[name][round % 10]?.repeat(Math.floor(random() * 40)) ?? "";
      print(name, text);
      printed[name] += text;
    }
    await merge(new StreamMerge(log), true);
    // As a kill leaves it: the piece is noted, and part of it is in the log.
    const name = streamNames[round % 2] ?? "stdout";
    const piece = letters[name].slice(0, 1 + Math.floor(random() * 9));
    const position = {
      copied: { stdout: printed.stdout.length, stderr: printed.stderr.length },
      cut: { stdout: 0, stderr: 0 },
    };
    await writeJournal(log, position, { name, bytes: piece.length, at: logText().length });
    print(name, piece);
    printed[name] += piece;
    appendFileSync(log, piece.slice(0, Math.floor(random() * (piece.length + 1))));
  }
  await merge(new StreamMerge(log), true);
  expect(logText().replaceAll(/[A-Z]/g, "")).toBe(printed.stdout);
  expect(logText().replaceAll(/[a-z]/g, "")).toBe(printed.stderr);
});

test("what outgrows both its limit and the log's is cut, its beginning kept, and the log goes on", async () => {
  const clock = new FakeClock();
  const keeper = new LogKeeper(clock);
  onTestFinished(() => keeper.close());
  const streams = { names: ["stdout"] as const, maxBytes: 10 };
  keeper.keep(log, { maxSizeBytes: 50, keep: 1, streams });
  print("stdout", "0123456789abcdef\n".repeat(5));
  print("stderr", "e".repeat(60));
  await clock.advance(1000);
  await expect.poll(() => statSync(spoolPath(log, "stdout")).size).toBe(0);
  await keeper.settle(log);
  expect(statSync(spoolPath(log, "stderr")).size).toBe(0);
  const head = await findKeptStream(log, "stdout");
  expect(head).toMatchObject({ size: 10, isCut: true });
  expect(readFileSync(head?.path ?? "", "utf8")).toBe("0123456789");
  print("stdout", "more\n");
  await keeper.settle(log);
  expect(logText()).toBe("more\n");
  expect(readFileSync(`${log}.1`, "utf8").length).toBeGreaterThan(50);
});
