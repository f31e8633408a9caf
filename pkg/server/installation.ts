import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Raised with each release; what `plush version` and /version tell. */
const version = "0.1.0";

/** What was installed with this program: everything lies beside the bundle, or in the checkout it was built from. */
export const installation = {
  version,
  program: find("plush", "bin/plush"),
  /** The console's files; there unless it was left out. */
  consoleDirectory: find("console", "dist/console"),
  agentBundle: find("plush-agent.mjs", "dist/plush-agent.mjs"),
  /** There where a C compiler was at hand when this was built. */
  delayLine: find("plush-delay", "dist/plush-delay"),
};

/** manifests/examples/wordcount of this installation. */
export function exampleDirectory(name: string): string {
  return find(`manifests/examples/${name}`, `manifests/examples/${name}`);
}

/** The first of: beside this file, or under one of the directories above it. */
function find(beside: string, below: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, beside), join(here, "..", below), join(here, "../..", below)];
  return candidates.find((path) => existsSync(path)) ?? join(here, beside);
}
