import { join } from "node:path";
import { build } from "esbuild";

/** Bundles the agent into `directory`, as the build does; answers the path. */
export async function bundleAgent(directory: string): Promise<string> {
  const outfile = join(directory, "plush-agent.mjs");
  await build({
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    entryPoints: [join(import.meta.dirname, "../../cmd/plush-agent/main.ts")],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    minify: true,
    logLevel: "silent",
    outfile,
  });
  return outfile;
}
