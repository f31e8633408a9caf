// Takes this member's share of the text: every Nth line.
import { writeFileSync } from "node:fs";
import { allLines, ordinal, replicas } from "./words.mjs";

const share = allLines().filter((_, at) => at % replicas === ordinal);
writeFileSync("share.txt", share.join("\n"));
console.log(`member ${ordinal} of ${replicas}: ${share.length} lines`);
