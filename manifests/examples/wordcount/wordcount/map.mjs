// Counts the words of the share, and sorts the counts by the member that will add them up.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { count, ordinal, reducerOf, replicas } from "./words.mjs";

const counts = count(readFileSync("share.txt", "utf8").split("\n"));
const parts = Array.from({ length: replicas }, () => ({}));
for (const [word, times] of counts) parts[reducerOf(word, replicas)][word] = times;

mkdirSync("exchange", { recursive: true });
for (const [member, part] of parts.entries()) writeFileSync(`exchange/map-${member}.json`, JSON.stringify(part));
console.log(`member ${ordinal}: ${counts.size} different words`);
