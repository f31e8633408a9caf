// Checks the layers with dependency-cruiser, and that it saw the modules at all: beside only TypeScript 7 it finds no
// parser, reads nothing and reports success.
import { spawnSync } from "node:child_process";

const run = spawnSync(
  "node_modules/.bin/depcruise",
  ["--config", ".dependency-cruiser.cjs", "--output-type", "json", "pkg", "cmd"],
  {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  },
);
const { summary } = JSON.parse(run.stdout);
for (const { rule, from, to } of summary.violations) console.error(`error: ${rule.name}: ${from} → ${to}`);
console.log(`${summary.totalCruised} modules, ${summary.violations.length} layer violations`);
const sources = spawnSync("git", ["ls-files", "pkg/*.ts", "cmd/*.ts"], { encoding: "utf8" })
  .stdout.trim()
  .split("\n").length;
if (summary.totalCruised < sources / 2) {
  console.error(
    `error: only ${summary.totalCruised} modules were read of ${sources} files: the layer checks do not work`,
  );
  process.exit(1);
}
process.exit(summary.violations.length > 0 ? 1 : 0);
