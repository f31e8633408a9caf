import { expect, test } from "vitest";
import { judgeSource, type SourceProgress } from "./source-plan.ts";

const quick = 8 << 20;
const whole: SourceProgress = { isComplete: true, sinceMs: 60_000, silentMs: 10, recentBytes: quick, hasOthers: true };

test.each<[string, Partial<SourceProgress>, RegExp | undefined]>([
  ["is quick", {}, undefined],
  ["is slow", { recentBytes: 400_000 }, /^195 KiB a second/],
  ["is slow, and the only one", { recentBytes: 400_000, hasOthers: false }, undefined],
  ["has only begun", { recentBytes: 0, sinceMs: 1900 }, undefined],
  ["is silent", { silentMs: 2100 }, /^no byte came for 2100 ms/],
  ["is silent, and the only one", { silentMs: 9000, recentBytes: 0, hasOthers: false }, undefined],
  ["is silent for long, and the only one", { silentMs: 11_000, hasOthers: false }, /^no byte/],
  ["waits for the package itself", { isComplete: false, silentMs: 4000 }, undefined],
  ["waits for the package itself for long", { isComplete: false, silentMs: 6000 }, /^no byte/],
  ["waits itself, and is the only one", { isComplete: false, silentMs: 29_000, hasOthers: false }, undefined],
  ["gets on slowly with what it waits for itself", { isComplete: false, recentBytes: 2_000_000 }, /^195 KiB/],
  ["has not got on slowly for long", { isComplete: false, sinceMs: 9000, recentBytes: 0 }, undefined],
])("a source that %s is judged so", (_how, change, expected) => {
  const judged = judgeSource({ ...whole, ...change });
  if (expected === undefined) expect(judged).toBeUndefined();
  else expect(judged).toMatch(expected);
});
