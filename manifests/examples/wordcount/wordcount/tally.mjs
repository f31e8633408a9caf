// Adds up what the members have counted that are there now, and says who is not.
import { writeFileSync } from "node:fs";
import { fetchFrom, replicas } from "./words.mjs";

const members = Array.from({ length: replicas }, (_, member) => member);

/** All counts of a member, or undefined where it does not give them within a second. */
async function countsOf(member) {
  try {
    const parts = await Promise.all(members.map((reducer) => fetchFrom(member, `/map-${reducer}`, 1000)));
    return Object.assign({}, ...parts);
  } catch {
    return undefined;
  }
}

const counts = await Promise.all(members.map(countsOf));
const missing = members.filter((member) => counts[member] === undefined);
const total = {};
for (const [word, times] of counts.flatMap((one = {}) => Object.entries(one))) total[word] = (total[word] ?? 0) + times;

const words = Object.values(total).reduce((sum, times) => sum + times, 0);
writeFileSync("tally.json", JSON.stringify({ words, missing, counts: total }));
const without = missing.length === 0 ? "" : `, without member ${missing.join(", ")}`;
console.log(`${words} words of ${replicas - missing.length} members${without}`);
