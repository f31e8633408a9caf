import { readFile } from "node:fs/promises";
import type { AgentConfig } from "../protocol/index.ts";

/** A Unix socket's path may have 107 bytes; some are left for the forwarding's own. */
const maxSocketBytes = 100;

/** Reads DIR/agent.json. Throws where a field is missing: whoever brought the agent up wrote it, and is told. */
export async function readConfig(path: string): Promise<AgentConfig> {
  const value: unknown = JSON.parse(await readFile(path, "utf8"));
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const texts = ["clusterUid", "resourceUid", "resourceName", "serverKey", "version", "address"];
  const missing = [
    ...texts.filter((name) => typeof fields[name] !== "string"),
    ...["beatMs", "orphanAfterMs"].filter((name) => typeof fields[name] !== "number"),
  ];
  if (missing.length > 0) throw new Error(`${path}: missing or of the wrong type: ${missing.join(", ")}`);
  return value as AgentConfig;
}

/** Throws where the kernel would cut the path of the agent's socket. */
export function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length <= maxSocketBytes) return;
  throw new Error(
    `the agent's directory is too deep: ${path} has ${length} bytes, at most ${maxSocketBytes} can be used`,
  );
}
