import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { isInstalled } from "../../../support/programs.ts";
import { type KubectlProgram, oldestAndNewestKubectl } from "../kubectl.ts";
import { generatedMark, versionsIn, writeTables } from "./page.ts";
import { type Outcome, runRow } from "./run-row.ts";
import { sections } from "./sections.ts";
import { startWorld } from "./world.ts";

const page = resolve(import.meta.dirname, "../../../../docs/kubectl.md");
const programs = oldestAndNewestKubectl();
const rows = sections.flatMap((section) => section.rows);

// Rows build on each other, so they run in order; versions have a server each and run side by side.
describe.skipIf(programs.length === 0 || !isInstalled("curl", "script", "diff"))("a script of kubectl commands", () => {
  const runs = new Map<string, readonly Outcome[]>();

  beforeAll(async () => {
    const done = await Promise.all(programs.map(runScript));
    programs.forEach(({ version }, index) => {
      runs.set(version, done[index] ?? []);
    });
  }, 600_000);

  describe.each(programs)("with kubectl $version", ({ version }) => {
    rows.forEach((row, index) => {
      test(row.run, () => {
        const outcome = runs.get(version)?.[index];
        if (outcome?.fault !== undefined) throw new Error(outcome.fault);
      });
    });
  });

  test("docs/kubectl.md shows what has been seen", (context) => {
    const text = readFileSync(page, "utf8");
    const [introduction = "", committed = ""] = text.split(generatedMark);
    const tables = `\n\n${writeTables(sections, runs)}`;
    if (process.env["KUBECTL_DOCS"] === "write") {
      writeFileSync(page, `${introduction}${generatedMark}${tables}`);
      return;
    }
    const here = programs.map((program) => program.version);
    const there = versionsIn(committed);
    // Other versions than the page is about may end in other ways; their rows have been looked at above.
    if (here.join() !== there.join())
      context.skip(`docs/kubectl.md is about kubectl ${there.join(" and ")}; here is ${here.join(" and ")}`);
    expect(committed === tables, "docs/kubectl.md is out of date: make docs").toBe(true);
  });
});

async function runScript(program: KubectlProgram): Promise<readonly Outcome[]> {
  const world = await startWorld(program);
  try {
    const outcomes: Outcome[] = [];
    for (const row of rows) outcomes.push(await runRow(row, world));
    return outcomes;
  } finally {
    await world.close();
  }
}
