import { createRequire } from "node:module";
import { build, type Plugin } from "esbuild";

/** npm packages by their absolute paths, so that the bundle may lie in a temporary directory. */
const absolutePackages: Plugin = {
  name: "absolute-packages",
  setup({ onResolve }) {
    const { resolve } = createRequire(import.meta.url);
    onResolve({ filter: /^(better-sqlite3|pino|prom-client)$/ }, ({ path }) => ({
      path: resolve(path),
      external: true,
    }));
  },
};

/** Makes DIRECTORY/child.mjs of a program that uses the store; as in the real bundle, the worker lies beside it. */
export async function bundleFixture(program: string, directory: string): Promise<void> {
  await build({
    entryPoints: { child: program, "store-worker": "pkg/store/worker.ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    plugins: [absolutePackages],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
  });
}
