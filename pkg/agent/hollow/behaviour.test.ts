import { expect, test } from "vitest";
import { behaviourOf } from "./behaviour.ts";

const times = { startMs: 10, readyMs: 11, installMs: 12, stopMs: 13 };

test("a pretended process behaves as its command says, else as is usual", () => {
  const usual = { startMs: 10, readyMs: 11, stopMs: 13, runMs: undefined, exitCode: 0, printMs: 0 };
  expect(behaviourOf(["sleep", "1000"], times)).toEqual(usual);
  expect(behaviourOf(["hollow", "start=5", "run=7", "exit=3"], times)).toEqual({
    ...usual,
    startMs: 5,
    runMs: 7,
    exitCode: 3,
  });
});

test.each(["sart=5", "start=", "start=soon", "exit=-1"])("%s is not put up with", (word) => {
  expect(() => behaviourOf(["hollow", word], times)).toThrow(word);
});
