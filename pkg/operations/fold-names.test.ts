import { expect, test } from "vitest";
import { expandPattern } from "../api/index.ts";
import { foldNames } from "./fold-names.ts";

test.each([
  ["nothing", [], ""],
  ["one", ["n7"], "n7"],
  ["a row", ["n3", "n1", "n2"], "n[1-3]"],
  ["with a gap", [...Array(40).keys()].map((i) => `n${i + 1}`).concat("n55"), "n[1-40,55]"],
  ["without a number", ["db", "web"], "db,web"],
  ["mixed", ["web2", "db", "web1", "db1"], "db,db1,web[1-2]"],
  ["the same twice", ["n1", "n1"], "n1"],
  ["leading zeros", ["n08", "n09", "n10", "n11"], "n[08-11]"],
  ["other widths are other names", ["n8", "n09", "n9", "n10"], "n[8-9,09-10]"],
  ["all widths", ["n098", "n099", "n100"], "n[098-100]"],
  ["domains", ["n1.lab", "n2.lab", "m1.lab"], "m1.lab,n[1-2].lab"],
  ["addresses", ["10.0.0.2", "10.0.0.1", "10.0.1.1"], "10.0.0.[1-2],10.0.1.1"],
  ["grids", ["r1-n1", "r1-n2", "r2-n1", "r2-n2"], "r[1-2]-n[1-2]"],
  ["no grid", ["r1-n1", "r1-n2", "r2-n1"], "r1-n[1-2],r2-n1"],
  ["a number first", ["1a", "2a", "1b"], "[1-2]a,1b"],
  ["beyond whole numbers", ["n99999999999999999998", "n99999999999999999999"], expect.any(String)],
])("%s", (_name, names, folded) => {
  expect(foldNames(names)).toEqual(folded);
});

test("what is folded stands for the same names, each once, as pools expand it", () => {
  const numbers = [1, 2, 3, 7, 9, 10, 11, 100];
  const names = numbers.flatMap((rack) => numbers.map((node) => `rack${rack}-n${String(node).padStart(2, "0")}`));
  for (let taken = 1; taken < names.length; taken += 5) {
    const some = names.filter((_, index) => (index * 7) % names.length < taken);
    const expanded = foldNames(some)
      .split(/,(?![^[]*\])/)
      .flatMap((pattern) => expandPattern(pattern) ?? []);
    expect(expanded.toSorted()).toEqual(some.toSorted());
  }
});
