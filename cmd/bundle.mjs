// Bundles the programs with esbuild: `node cmd/bundle.mjs` makes the command line with the server and the agent, and compiles the delay line;
// `node cmd/bundle.mjs schemagen` makes the generator alone, `bench`, `fuzz`, `glpsol`, `simulation` and `soak` those programs, `hollow` the
// pretended agents, `client [DIR]` the npm package of the client, `console` the console's pages alone.
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundleConsole } from "./console/build.mjs";
import { bundleCommandLine } from "./plush/build.mjs";
import { bundleClient } from "./plush-client/build.mjs";

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

/** The store's writer runs in a thread of its own, and so from a file of its own. */
async function bundleStoreWorker() {
  await build({
    ...common,
    entryPoints: ["./pkg/store/worker.ts"],
    target: "node20",
    external,
    outfile: "dist/store-worker.mjs",
  });
}

/** Programs that are run by hand. */
const testPrograms = ["bench", "fuzz", "glpsol", "simulation", "soak"];

async function bundleTestProgram(name) {
  const outfile = `dist/${name}.mjs`;
  await build({ ...common, entryPoints: [`./test/${name}/main.ts`], packages: "external", target: "node20", outfile });
}

/** For tests and benchmarks alone: what is installed has no way to pretended machines. */
async function bundleHollow() {
  const outfile = "dist/plush-hollow.mjs";
  const entryPoints = ["./cmd/plush-hollow/main.ts"];
  await build({ ...common, entryPoints, packages: "external", target: "node20", outfile });
}

/** For emulated pools alone, on Linux: without a compiler it is left out, and such a pool says so. */
async function compileDelayLine() {
  if (process.platform !== "linux") return;
  const sources = (await readdir("./cmd/plush-delay")).filter((name) => name.endsWith(".c"));
  const flags = ["-std=c17", "-O2", "-Wall", "-Wextra", "-Werror"];
  await mkdir("dist", { recursive: true });
  try {
    await promisify(execFile)("cc", [
      ...flags,
      "-o",
      "dist/plush-delay",
      ...sources.map((name) => `cmd/plush-delay/${name}`),
    ]);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    console.error("no C compiler: without the delay line there are no emulated pools");
  }
}

const [what, where] = process.argv.slice(2);
if (what === "schemagen") await bundleSchemagen();
else if (testPrograms.includes(what)) await bundleTestProgram(what);
else if (what === "hollow") await bundleHollow();
else if (what === "console") await bundleConsole();
else if (what === "client") console.log(await bundleClient(common, where));
else {
  await Promise.all([
    bundleAgent(),
    bundleStoreWorker(),
    compileDelayLine(),
    bundleConsole(),
    bundleCommandLine(common, { external, banner: requireBanner }),
  ]);
}
