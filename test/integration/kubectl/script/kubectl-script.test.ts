import { beforeAll, describe, test } from "vitest";
import { kubectlPrograms } from "../kubectl.ts";
import { type Outcome, runRow } from "./run-row.ts";
import { sections } from "./sections.ts";
import { startWorld } from "./world.ts";

const programs = [...new Set([kubectlPrograms()[0], kubectlPrograms().at(-1)])].flatMap((program) => program ?? []);
const rows = sections.flatMap((section) => section.rows);

// Rows build on each other, so they run in order; versions have a server each and run side by side.
describe.skipIf(programs.length === 0)("kubectl", () => {
  const outcomes = new Map<string, readonly Outcome[]>();

  beforeAll(async () => {
    await Promise.all(
      programs.map(async (program) => {
        const world = await startWorld(program);
        try {
          const done: Outcome[] = [];
          for (const row of rows) {
            const at = performance.now();
            done.push(await runRow(row, world));
            const took = performance.now() - at;
            if (took > 500) console.log(program.version, Math.round(took), row.run);
          }
          outcomes.set(program.version, done);
        } finally {
          await world.close();
        }
      }),
    );
  }, 300_000);

  describe.each(programs)("$version", ({ version }) => {
    test.each(rows.map((row, index) => ({ run: row.run, index })))("$run", ({ index }) => {
      const outcome = outcomes.get(version)?.[index];
      if (outcome?.fault !== undefined) throw new Error(outcome.fault);
    });
  });
});
