import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeInstances } from "./instances.ts";
import { linearProgram } from "./linear-program.ts";
import { runGlpsol } from "./run-glpsol.ts";

/** So long glpsol looks for a better set. */
const seconds = 60;
const fixtures = "test/glpsol/fixtures";

/**
 * `glpsol.mjs`: makes the fixtures of glpsol.test.ts anew, each with what glpsol finds in a minute. `glpsol.mjs DIR`
 * writes the questions into a directory, as mixed integer programs, for whoever wants to try another solver.
 */
async function main(directory: string | undefined): Promise<void> {
  mkdirSync(directory ?? fixtures, { recursive: true });
  for (const instance of makeInstances()) {
    if (directory !== undefined) {
      writeFileSync(join(directory, `${instance.name}.lp`), linearProgram(instance));
      continue;
    }
    const startedAt = performance.now();
    const glpsol = await runGlpsol(linearProgram(instance), seconds);
    const tookSeconds = Math.round((performance.now() - startedAt) / 100) / 10;
    const rows = instance.machines.map((machine) => `    ${JSON.stringify(machine)}`).join(",\n");
    const text = `{
  "name": ${JSON.stringify(instance.name)},
  "glpsol": ${JSON.stringify({ ...glpsol, tookSeconds })},
  "groups": ${JSON.stringify(instance.groups)},
  "machines": [\n${rows}\n  ]\n}\n`;
    writeFileSync(join(fixtures, `${instance.name}.json`), text);
    console.log(`${instance.name}: ${glpsol.status} ${glpsol.penalty ?? ""} ${tookSeconds}s`);
  }
}

await main(process.argv[2]);
