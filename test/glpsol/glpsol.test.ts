import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findSet } from "../../pkg/match/index.ts";
import { type Instance, makeInstances, readInstance } from "./instances.ts";
import { linearProgram } from "./linear-program.ts";
import { hasGlpsol, runGlpsol, type Solution } from "./run-glpsol.ts";

interface Fixture extends Instance {
  readonly glpsol: Solution & { readonly tookSeconds: number };
}

const directory = join(import.meta.dirname, "fixtures");
const fixtures = readdirSync(directory)
  .sort()
  .map((file): Fixture => JSON.parse(readFileSync(join(directory, file), "utf8")));

/** Less work than is done in the 100 ms of a question. */
const pieces = 20;

test.each(fixtures)(
  "B-FIND-4: $name: the set found costs at most 5% more than what glpsol finds in a minute",
  (fixture) => {
    const { machines, groups } = readInstance(fixture);
    const { sets, penalty, optimal } = findSet(groups, machines, pieces);
    const { status, penalty: reference } = fixture.glpsol;
    if (status === "INTEGER EMPTY") return expect(sets).toBeUndefined();
    expect(sets?.map((set) => set.length)).toEqual(groups.map(({ count }) => count));
    // Six digits are what is compared.
    if (reference !== undefined) expect(penalty / 1e6).toBeLessThanOrEqual(reference * 1.05 + 1e-4);
    if (status === "INTEGER OPTIMAL") expect(penalty / 1e6).toBeGreaterThanOrEqual((reference ?? 0) - 1e-4);
    if (status === "INTEGER OPTIMAL" && optimal) expect(penalty / 1e6).toBeCloseTo(reference ?? 0, 3);
  },
);

test("the fixtures are the questions that are made now", () => {
  const kept = fixtures.map(({ glpsol: _glpsol, ...instance }) => instance);
  expect(kept).toEqual([...makeInstances()].sort((left, right) => (left.name < right.name ? -1 : 1)));
});

test.runIf(hasGlpsol())("glpsol still finds what is written down of it", async () => {
  const quick = fixtures.filter(({ glpsol }) => glpsol.status === "INTEGER OPTIMAL" && glpsol.tookSeconds < 1);
  expect(quick.length).toBeGreaterThan(2);
  for (const fixture of quick) {
    const { status, penalty } = await runGlpsol(linearProgram(fixture), 20);
    expect({ status, penalty }).toEqual({ status: fixture.glpsol.status, penalty: fixture.glpsol.penalty });
  }
});
