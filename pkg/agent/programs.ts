import { join } from "node:path";
import { replaceFile } from "./atomic-file.ts";
import { terminalScript } from "./exec/terminal.ts";
import type { Layout } from "./layout.ts";
import { replaceLink } from "./replace-link.ts";
import { shimScript } from "./shim/script.ts";

/** Finds Node and the bundle by links beside itself, so that no path is ever put into a script. */
const agentProgram = `#!/bin/sh
here=\${0%/*}
exec "$here/../runtime/node" "$here/../runtime/plush-agent.mjs" "$@"
`;

/** Writes the scripts that processes and the agent itself execute. Safe while others execute them. */
export async function writePrograms(layout: Layout, bundle: string): Promise<void> {
  await replaceFile(layout.shim, shimScript, { mode: 0o755, durable: false });
  await replaceFile(layout.terminal, terminalScript, { mode: 0o755, durable: false });
  await replaceFile(join(layout.bin, "plush-agent"), agentProgram, { mode: 0o755, durable: false });
  await replaceLink(join(layout.runtime, "node"), process.execPath);
  await replaceLink(join(layout.runtime, "plush-agent.mjs"), bundle);
}
