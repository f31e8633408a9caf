import { expect, test, vi } from "vitest";
import { Memo } from "./memo.ts";

test("a result is made anew for another object, and where anything that it is made of is another", () => {
  const memo = new Memo<object, number>();
  let made = 0;
  const make = vi.fn(() => ++made);
  const [claim, process] = [{}, {}];
  expect(memo.of(claim, [process, "r1"], make)).toBe(1);
  expect(memo.of(claim, [process, "r1"], make)).toBe(1);
  expect(memo.of(claim, [{}, "r1"], make)).toBe(2);
  expect(memo.of(claim, [process, "r2"], make)).toBe(3);
  expect(memo.of(claim, [process, "r2", process], make)).toBe(4);
  expect(memo.of({}, [process, "r2", process], make)).toBe(5);
  expect(make).toHaveBeenCalledTimes(5);
});
