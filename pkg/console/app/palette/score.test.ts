import { expect, it } from "vitest";
import { best, score } from "./score.ts";

const names = (query: string, texts: readonly string[], limit = 10): readonly string[] =>
  best(
    query,
    texts.map((search) => ({ search })),
    limit,
  ).map(({ search }) => search);

it("finds letters in their order, in one piece and at beginnings of words best", () => {
  const texts = [
    "claim web-frontend-0",
    "application web",
    "process cobweb",
    "machine n1",
    "application wide-eel-bank",
  ];
  expect(names("web", texts)).toEqual([
    "application web",
    "claim web-frontend-0",
    "process cobweb",
    "application wide-eel-bank",
  ]);
  expect(names("n1", texts)).toEqual(["machine n1"]);
  expect(names("wfe0", texts)).toEqual(["claim web-frontend-0"]);
  expect(names("bew", texts)).toEqual([]);
});

it("wants every word, in any order and case", () => {
  const texts = ["application web", "claim web-0", "application shop"];
  expect(names("WEB app", texts)).toEqual(["application web"]);
  expect(names("", texts)).toEqual(texts);
  expect(names("a", texts, 2)).toHaveLength(2);
});

it("is zero exactly where a letter is missing", () => {
  expect(score("abc", "a-b-c")).toBeGreaterThan(0);
  expect(score("abcd", "a-b-c")).toBe(0);
  expect(score("", "x")).toBe(1);
});

it("answers for 10,000 objects within a frame", () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({
    search: `process default/web-serve-main-web-${index}`,
  }));
  // The third time, as at the third key.
  for (const query of ["w", "web"]) best(query, items, 30);
  const before = process.cpuUsage();
  const found = best("serve 777", items, 30);
  const { user, system } = process.cpuUsage(before);
  expect(found[0]?.search).toContain("777");
  // CPU time, and four times what it takes here: what it must not become is quadratic.
  expect((user + system) / 1000).toBeLessThan(64);
});
