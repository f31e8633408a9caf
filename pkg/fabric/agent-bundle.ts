import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** The agent's program, one file. */
export interface AgentBundle {
  /** sha256 of its bytes, hex. */
  readonly version: string;
  readonly path: string;
  readonly bytes: Buffer;
}

export async function readAgentBundle(path: string): Promise<AgentBundle> {
  const bytes = await readFile(path);
  return { path, bytes, version: createHash("sha256").update(bytes).digest("hex") };
}
