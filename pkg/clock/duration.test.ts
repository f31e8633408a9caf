import { describe, expect, it, test } from "vitest";
import { FakeClock, formatDuration, formatTimestamp, parseDuration, parseTimestamp, sleep } from "./index.ts";

describe("durations", () => {
  it.each([
    ["500ms", 500],
    ["0s", 0],
    ["1.5s", 1500],
    ["1m30s", 90_000],
    ["24h", 86_400_000],
    ["2d", 172_800_000],
  ])("%s is %d ms", (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each(["", "5", "s", "1 s", "-1s", "1s2", "1w"])("%j is none", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  it.each([
    [850, "850ms"],
    [12_000, "12s"],
    [200_000, "3m20s"],
    [18_000_000, "5h"],
    [183_600_000, "2d3h"],
  ])("%d ms reads %s", (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
});

test("timestamps are Kubernetes'", () => {
  expect(formatTimestamp(1_700_000_000_999)).toBe("2023-11-14T22:13:20Z");
  expect(parseTimestamp("2023-11-14T22:13:20Z")).toBe(1_700_000_000_000);
  expect(parseTimestamp("yesterday")).toBeUndefined();
});

describe("the fake clock", () => {
  it("fires timers in the order in which they are due, and moves to each", async () => {
    const clock = new FakeClock();
    const fired: [string, number][] = [];
    const note = (name: string) => () => void fired.push([name, clock.monotonic()]);
    clock.setTimer(30, note("late"));
    clock.setTimer(10, note("first"));
    clock.setTimer(10, note("second"));
    clock.setTimer(20, note("never"))();
    await clock.advance(25);
    expect(fired).toEqual([
      ["first", 10],
      ["second", 10],
    ]);
    await clock.advance(5);
    expect(fired.at(-1)).toEqual(["late", 30]);
    expect(clock.pending).toBe(0);
  });

  it("wakes sleepers, and those who are told to stop waiting", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const slept = sleep(clock, 100);
    const aborted = sleep(clock, 100, controller.signal);
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(clock.pending).toBe(1);
    await clock.advance(100);
    await slept;
  });
});
