import { chmod, chown, mkdir } from "node:fs/promises";
import { replaceFile } from "../atomic-file.ts";
import type { AgentContext } from "../context.ts";
import { peersText } from "../environment/process-environment.ts";
import type { Owner } from "../environment/user.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { removeLink } from "../remove-link.ts";

/**
 * Makes a claim's directories. They are the agent's alone, unless the claim's processes run as another user: then that
 * user owns what processes write, and may pass through what lies above.
 */
export async function preparePlace(context: AgentContext, entry: ClaimEntry, owner?: Owner): Promise<void> {
  const layout = context.layout.claim(entry.uid);
  // It led to the member that has taken over what this claim held here once.
  await removeLink(layout.root);
  for (const path of [layout.root, layout.work, layout.temporary, layout.software]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  if (owner !== undefined) {
    const passed = [context.layout.root, context.layout.claims, layout.root, layout.software];
    for (const path of passed) await chmod(path, 0o711);
    for (const path of [layout.work, layout.temporary]) await chown(path, owner.uid, owner.gid);
  }
  await writePeers(context, entry);
}

/** Replaces the peers file. */
export function writePeers(context: AgentContext, entry: ClaimEntry): Promise<void> {
  const path = context.layout.claim(entry.uid).peersFile;
  return replaceFile(path, peersText(entry.order), { mode: 0o644, durable: false });
}
