// Adds up, from all members, the counts of the words that are this member's.
import { renameSync, writeFileSync } from "node:fs";
import { fetchFrom, ordinal, replicas } from "./words.mjs";

const total = {};
for (let member = 0; member < replicas; member++) {
  const part = await fetchFrom(member, `/map-${ordinal}`);
  for (const [word, times] of Object.entries(part)) total[word] = (total[word] ?? 0) + times;
}
writeFileSync("exchange/result.json.new", JSON.stringify(total));
renameSync("exchange/result.json.new", "exchange/result.json");
console.log(`member ${ordinal}: ${Object.keys(total).length} words added up`);
