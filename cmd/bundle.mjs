// Bundles the programs with esbuild: `node cmd/bundle.mjs` makes the command line with the server and the agent;
// `node cmd/bundle.mjs schemagen` makes the generator alone, `bench` and `soak` those programs.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// yaml names its CommonJS form for Node; a bundle needs the other, or a dynamic import of it has no named exports.
const alias = { yaml: fileURLToPath(new URL("../node_modules/yaml/browser/index.js", import.meta.url)) };

const common = { bundle: true, platform: "node", format: "esm", logLevel: "warning", legalComments: "none", alias };

/** CommonJS packages inside an ES module bundle call require; an ES module has none of its own. */
const requireBanner = {
  js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
};

/** With native parts, or used by the server alone: loaded from node_modules. */
const external = ["better-sqlite3", "ssh2", "fastify", "pino", "prom-client", "@peculiar/x509", "reflect-metadata"];

async function bundleSchemagen() {
  const outfile = "dist/schemagen.mjs";
  await build({ ...common, entryPoints: ["./cmd/schemagen/main.ts"], packages: "external", target: "node20", outfile });
}

async function bundleAgent() {
  await build({
    ...common,
    entryPoints: ["./cmd/plush-agent/main.ts"],
    target: "node18",
    minify: true,
    banner: requireBanner,
    outfile: "dist/plush-agent.mjs",
  });
}

async function bundleCommandLine() {
  for (const name of existsSync("dist") ? readdirSync("dist") : []) {
    if (name.startsWith("plush-chunk-") || name === "plush.mjs") rmSync(`dist/${name}`);
  }
  await build({
    ...common,
    entryPoints: { plush: "./cmd/plush/main.ts" },
    target: "node20",
    minify: true,
    keepNames: false,
    splitting: true,
    external,
    banner: requireBanner,
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    chunkNames: "plush-chunk-[name]-[hash]",
  });
  await build({
    ...common,
    entryPoints: ["./pkg/store/worker.ts"],
    target: "node20",
    external,
    outfile: "dist/store-worker.mjs",
  });
  mkdirSync("bin", { recursive: true });
  writeFileSync("bin/plush", '#!/usr/bin/env node\nimport "../dist/plush.mjs";\n');
  chmodSync("bin/plush", 0o755);
}

/** Programs that are run by hand on emulated hosts: bench, soak. */
async function bundleTestProgram(name) {
  const outfile = `dist/${name}.mjs`;
  await build({ ...common, entryPoints: [`./test/${name}/main.ts`], packages: "external", target: "node20", outfile });
}

const [what] = process.argv.slice(2);
if (what === "schemagen") await bundleSchemagen();
else if (what === "bench" || what === "soak") await bundleTestProgram(what);
else await Promise.all([bundleAgent(), bundleCommandLine()]);
