import { expect, test } from "vitest";
import { readScript } from "./script.ts";

test("a script is read line by line", () => {
  expect(readScript("# cut two\n5000 silent 1-2\n\n6000 flap=500 7\n")).toEqual([
    { atMs: 5000, names: ["hollow-1", "hollow-2"], fault: "silent" },
    { atMs: 6000, names: ["hollow-7"], fault: 500 },
  ]);
});

test.each(["soon silent 1", "5 explode 1", "5 flap 1", "5 silent"])("%s is refused with what is expected", (line) => {
  expect(() => readScript(line)).toThrow(`${JSON.stringify(line)}: expected is MS FAULT FROM[-TO]`);
});
