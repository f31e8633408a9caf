// Compares the ids in docs/behaviour.md with those that names of tests begin with: what is promised is tested, and what
// is tested under an id is promised. A contract holds tests that several test files run.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? ".";
const promised = [...readFileSync(join(root, "docs/behaviour.md"), "utf8").matchAll(/^\| (B-[A-Z]+-\d+) \|/gm)].map(
  ([, id]) => id,
);
const tested = new Set(["pkg", "test"].flatMap((folder) => testFiles(join(root, folder))).flatMap(idsIn));

const faults = [
  ...promised
    .filter((id, index) => promised.indexOf(id) !== index)
    .map((id) => `docs/behaviour.md: ${id} stands twice`),
  ...promised.filter((id) => !tested.has(id)).map((id) => `docs/behaviour.md: ${id}: no test's name begins with it`),
  ...[...tested].filter((id) => !promised.includes(id)).map((id) => `${id} is tested and not in docs/behaviour.md`),
];
for (const fault of faults) console.error(`error: ${fault}`);
console.log(`${promised.length} behaviours, ${faults.length} faults`);
process.exit(faults.length > 0 || promised.length === 0 ? 1 : 0);

function testFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(\.test|-contract)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function idsIn(file) {
  return [...readFileSync(file, "utf8").matchAll(/["'`](B-[A-Z]+-\d+): /g)].map(([, id]) => id);
}
