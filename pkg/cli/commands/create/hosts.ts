import { readFileSync, statSync } from "node:fs";
import { type HostEntry, hostLines, type Place, parsePlace, readHostList } from "../../../inventory/index.ts";
import { StatusError } from "../../../status/index.ts";
import { UsageError } from "../../usage-error.ts";

/** Reads --hosts: a list "10.0.0.[1-5],admin@far.example:2222", or a file with one entry a line. */
export function readHosts(text: string): readonly HostEntry[] {
  // A list with a comma is no path; a long one would even be too long to be looked for.
  const isFile = !text.includes(",") && statSync(text, { throwIfNoEntry: false })?.isFile() === true;
  const entries = ofFlag("hosts", () => (isFile ? hostLines(readFileSync(text, "utf8")) : readHostList(text)));
  if (entries.length === 0) throw new UsageError(`--hosts: no hosts in ${JSON.stringify(text)}`);
  return entries;
}

/** A host of --jump. */
export function readPlace(text: string): Place {
  return ofFlag("jump", () => parsePlace(text));
}

function ofFlag<T>(flag: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof StatusError ? new UsageError(`--${flag}: ${error.message}`) : error;
  }
}
