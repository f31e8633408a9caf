import { rm, rmdir } from "node:fs/promises";
import { basename, dirname } from "node:path";

/**
 * Removes the agent's directory, and the one above it if that was made for agents alone (it is called plush-agent or
 * plush-agent-UID) and holds no other.
 */
export async function removeDirectory(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
  const parent = dirname(root);
  if (/^plush-agent(-\d+)?$/.test(basename(parent))) await rmdir(parent).catch(() => undefined);
}
