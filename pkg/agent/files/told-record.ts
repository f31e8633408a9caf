import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClaimOrder, PeerEntry, ProcessOrder } from "../../protocol/index.ts";
import { replaceFile } from "../atomic-file.ts";
import { digestOf, type RenderedFile } from "./rendered-files.ts";

/** What a run has been told so far. It lies beside the run's records, so that the next agent tells nothing twice. */
export interface ToldRecord {
  /** Of the peers that it was told of. */
  readonly peersRevision: number;
  /** Digest of who the others are and where. */
  readonly members: string;
  /** The same, with who is ready. */
  readonly readiness: string;
  /** Digest of what files with onChange Restart are made of. */
  readonly sources: string;
  /** Digests of the files as they were written last. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a run is told that starts with these files, or has just got them. */
export function recordOf(claim: ClaimOrder, order: ProcessOrder, files: readonly RenderedFile[]): ToldRecord {
  const others = othersOf(claim);
  return {
    peersRevision: claim.peers.revision,
    members: digestOf(JSON.stringify(others.map(([name, { ready: _ready, ...member }]) => [name, member]))),
    readiness: digestOf(JSON.stringify(others)),
    sources: digestOf(JSON.stringify((order.files ?? []).filter(({ onChange }) => onChange === "Restart"))),
    files: Object.fromEntries(files.map((file) => [file.order.path, digestOf(file.text)])),
  };
}

/** A member is no news to itself: else its own restart would be a reason for the next one. */
function othersOf({ component, ordinal, peers }: ClaimOrder): readonly (readonly [string, PeerEntry])[] {
  return Object.entries(peers.components).flatMap(([name, members]) =>
    members
      .filter((member) => name !== component || member.ordinal !== ordinal)
      .map((member) => [name, member] as const),
  );
}

const fileName = "told.json";

export async function saveRecord(runDirectory: string, record: ToldRecord): Promise<void> {
  await replaceFile(join(runDirectory, fileName), JSON.stringify(record), { mode: 0o600, durable: false });
}

/** Undefined: none was written, or not whole. */
export async function loadRecord(runDirectory: string): Promise<ToldRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(runDirectory, fileName), "utf8"));
  } catch {
    return undefined;
  }
}
