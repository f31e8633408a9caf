// What the steps share: the words of a text, who holds a word, and where the others are.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const textDirectory = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "text");

/** All lines of the texts in a fixed order. */
export function allLines() {
  return readdirSync(textDirectory)
    .sort()
    .flatMap((name) => readFileSync(join(textDirectory, name), "utf8").split("\n"));
}

export function wordsOf(line) {
  return line.toLowerCase().match(/[a-z]+(?:'[a-z]+)?/g) ?? [];
}

/** Adds the words of some lines to a map of counts. */
export function count(lines, counts = new Map()) {
  for (const line of lines) for (const word of wordsOf(line)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Which of `members` reduces this word: FNV-1a, the same on every machine. */
export function reducerOf(word, members) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % members;
}

export const ordinal = Number(process.env.PLUSH_ORDINAL);
export const replicas = Number(process.env.PLUSH_REPLICAS);

/** The members of this component as the peers file has them now, by ordinal. */
function peers() {
  const { components } = JSON.parse(readFileSync(process.env.PLUSH_PEERS_FILE, "utf8"));
  return new Map(components[process.env.PLUSH_COMPONENT].map((peer) => [peer.ordinal, peer]));
}

/** GETs a path of a member's exchange, waiting for a member that is just being replaced. */
export async function fetchFrom(member, path, patienceMs = 120_000) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const peer = peers().get(member);
    const port = peer?.ports?.exchange;
    if (port !== undefined) {
      try {
        const answer = await fetch(`http://${peer.address}:${port}${path}`, { signal: AbortSignal.timeout(2000) });
        if (answer.ok) return await answer.json();
      } catch {
        // Not there yet, or gone: the peers file will say where it is next.
      }
    }
    if (Date.now() > deadline) throw new Error(`member ${member} did not give ${path} within ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
