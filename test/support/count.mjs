// Adds up vitest's JSON reports and prints the closing line; exits 1 where anything failed. First argument: 1 where a
// step outside the reports failed (it counts as one failure).
import { readFileSync } from "node:fs";

const [stepFailed = "0", ...files] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of files) {
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    skipped += report.numPendingTests + report.numTodoTests;
    for (const suite of report.testResults) {
      for (const test of suite.assertionResults) {
        if (test.status === "pending" || test.status === "skipped") console.log(`skipped: ${test.fullName}`);
        if (test.status === "failed") console.log(`failed: ${test.fullName}`);
      }
    }
  } catch (error) {
    console.log(`no report in ${file}: ${error.message}`);
    failed += 1;
  }
}
if (stepFailed !== "0" && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
