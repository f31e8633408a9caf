import { readFile, writeFile } from "node:fs/promises";

/**
 * How many neighbours the kernel keeps at least, for long, and at most. It has one table of them for all network namespaces: with
 * its own 1,024 a hundred hosts that speak with each other lose connections, without a word but in the kernel's log.
 */
const wanted = { gc_thresh1: 4096, gc_thresh2: 16_384, gc_thresh3: 32_768 };

/** Makes room for what hosts know of each other, where there is less; it stays so. */
export async function makeRoomForNeighbours(directory = "/proc/sys/net/ipv4/neigh/default"): Promise<void> {
  for (const [name, entries] of Object.entries(wanted).reverse()) {
    const file = `${directory}/${name}`;
    if (Number(await readFile(file, "utf8")) >= entries) continue;
    // Where the kernel's settings are not ours there is room for some dozens of hosts all the same.
    await writeFile(file, String(entries)).catch(() => undefined);
  }
}
