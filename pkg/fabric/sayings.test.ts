import { expect, test } from "vitest";
import { Sayings } from "./sayings.ts";

test("who came last to claim a child is asked first, and who does not claim it any more is not", () => {
  const sayings = new Sayings();
  const [former, latter] = [["a", "b"], ["a"]];
  sayings.hear([["one", former]]);
  sayings.hear([
    ["one", former],
    ["two", latter],
  ]);
  expect(sayings.parentsOf("a")).toEqual(["two", "one"]);
  expect(sayings.parentsOf("b")).toEqual(["one"]);
  // Said again by the former, in another report: it is no news.
  sayings.hear([
    ["one", ["b", "a"]],
    ["two", latter],
  ]);
  expect(sayings.parentsOf("a")).toEqual(["two", "one"]);
  sayings.hear([["one", ["b", "c"]]]);
  expect(["a", "b", "c"].map((child) => sayings.parentsOf(child))).toEqual([[], ["one"], ["one"]]);
  // Gone and come back: it came last.
  sayings.hear([
    ["three", ["c"]],
    ["one", ["b"]],
  ]);
  sayings.hear([
    ["three", ["c"]],
    ["one", ["b", "c"]],
  ]);
  expect(sayings.parentsOf("c")).toEqual(["one", "three"]);
});
