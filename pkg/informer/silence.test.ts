import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { Silence } from "./silence.ts";

test("breaks a stream that has been silent for too long, and none on which something comes", async () => {
  const clock = new FakeClock();
  const silence = new Silence(clock, 100, new AbortController().signal);
  for (let time = 0; time < 300; time += 60) {
    await clock.advance(60);
    silence.heard();
  }
  expect(silence.signal.aborted).toBe(false);
  await clock.advance(99);
  expect(silence.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(silence.signal.aborted).toBe(true);
  silence.end();
  expect(clock.pending).toBe(0);
});

test("ends with the signal that it was given, and leaves no timer", () => {
  const clock = new FakeClock();
  const ended = new AbortController();
  const silence = new Silence(clock, 100, ended.signal);
  ended.abort();
  expect(silence.signal.aborted).toBe(true);
  silence.end();
  expect(clock.pending).toBe(0);
});
