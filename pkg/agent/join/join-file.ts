import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../atomic-file.ts";

/** What a host that has joined knows: to whom it belongs, and its own key. */
export interface JoinFile {
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly resourceName: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

const fields = ["server", "authority", "clusterUid", "resourceUid", "resourceName", "privateKey"] as const;

function joinFileIn(directory: string): string {
  return join(directory, "join.json");
}

/** Undefined where the directory is gone: the agent has removed itself. */
export async function readJoinFile(directory: string): Promise<JoinFile | undefined> {
  const text = await readFile(joinFileIn(directory), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value = JSON.parse(text) as Record<string, unknown>;
  const missing = fields.filter((name) => typeof value[name] !== "string");
  if (missing.length > 0) throw new Error(`${joinFileIn(directory)}: missing: ${missing.join(", ")}`);
  return value as unknown as JoinFile;
}

export async function writeJoinFile(directory: string, file: JoinFile): Promise<void> {
  await replaceFile(joinFileIn(directory), JSON.stringify(file), { mode: 0o600, durable: true });
}
