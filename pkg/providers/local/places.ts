import { createHash } from "node:crypto";
import { dirname, join } from "node:path";

/** Unix socket paths are cut at 107 bytes on Linux; some room is left for names beside it. */
const maxSocketBytes = 100;

export interface PlaceOptions {
  /** The server's data directory. */
  readonly dataDir: string;
  /** Where a machine goes whose path under the data directory would be too long for a socket. */
  readonly shortDir: string;
}

export interface Place {
  readonly directory: string;
  /** Named as the machine is, under its pool's: the directory itself, where its path is not too long for that. */
  readonly entry: string;
  /** Removed with the last machine where they are empty then, in this order. */
  readonly parents: readonly string[];
}

export function placeOf(options: PlaceOptions, pool: string, name: string): Place {
  const entries = entriesOf(options.dataDir, pool);
  const entry = join(entries, name);
  const parents = [entries, dirname(entries)];
  if (Buffer.byteLength(socketIn(entry)) <= maxSocketBytes) return { directory: entry, entry, parents };
  const short = createHash("sha256").update(entry).digest("hex").slice(0, 16);
  return { directory: join(options.shortDir, short), entry, parents: [options.shortDir, ...parents] };
}

/** Where the pool's machines stand by name. */
export function entriesOf(dataDir: string, pool: string): string {
  return join(dataDir, "local", pool);
}

export function socketIn(directory: string): string {
  return join(directory, "run", "agent.sock");
}

/** An address in 127.88.0.0/16: neighbours in a pool, apart for other pools and other servers on the same computer. */
export function addressOf(dataDir: string, pool: string, index: number): string {
  const hash = createHash("sha256").update(`${dataDir}\0${pool}`).digest();
  const number = 1 + ((hash.readUInt32BE(0) + index) % 65_534);
  return `127.88.${number >> 8}.${number & 255}`;
}
