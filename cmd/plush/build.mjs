// Bundles the command line: dist/plush.cjs with all commands, dist/plush-server.mjs with the server, demo and restore,
// which it loads when they are called, and bin/plush, which starts it. CommonJS, as Node starts it 5 ms sooner.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/**
 * pkg/server is a bundle of its own, an ES module. Code that comes out of V8's cache cannot import by itself: the
 * launcher does it.
 */
const serverBeside = {
  name: "server-beside",
  setup(builder) {
    builder.onLoad({ filter: /\/cmd\/plush\/load-server\.ts$/ }, () => ({
      contents: 'export const loadServer = () => __importBeside("plush-server.mjs");',
    }));
  },
};

/** `common`: options of every bundle; `serverOptions`: those of bundles that load packages from node_modules. */
export async function bundleCommandLine(common, serverOptions) {
  for (const name of existsSync("dist") ? readdirSync("dist") : []) {
    if (name.startsWith("plush-chunk-") || name === "plush.mjs" || name === "plush.cache") rmSync(`dist/${name}`);
  }
  await Promise.all([
    build({
      ...common,
      entryPoints: ["./cmd/plush/main.ts"],
      target: "node20",
      format: "cjs",
      minify: true,
      plugins: [serverBeside],
      outfile: "dist/plush.cjs",
    }),
    build({
      ...common,
      ...serverOptions,
      entryPoints: ["./pkg/server/index.ts"],
      target: "node20",
      minify: true,
      outfile: "dist/plush-server.mjs",
    }),
  ]);
  mkdirSync("bin", { recursive: true });
  // The program has no extension: only its package can say that it is CommonJS.
  writeFileSync("bin/package.json", '{ "type": "commonjs" }\n');
  copyFileSync("cmd/plush/launcher.cjs", "bin/plush");
  chmodSync("bin/plush", 0o755);
  execFileSync(process.execPath, ["cmd/plush/make-cache.cjs"], { stdio: ["ignore", "ignore", "inherit"] });
}
