// Makes the npm package of the client in a directory, and its tarball beside it: two bundles, one for Node and one for
// browsers, of the same sources, and their declarations as a tree.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { copyDeclarations } from "./declarations.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const inRoot = (path) => join(root, path);

/** `common`: options of every bundle. Returns the tarball's path. */
export async function bundleClient(common, directory = inRoot("dist/client")) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await Promise.all([bundleForNode(common, directory), bundleForBrowsers(common, directory)]);
  copyDeclarations(["pkg/sdk/node.ts", "pkg/sdk/index.ts"].map(inRoot), inRoot("pkg"), join(directory, "types"));
  const { version, license, engines } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  writeFileSync(
    join(directory, "package.json"),
    `${JSON.stringify(manifest({ version, license, engines }), null, 2)}\n`,
  );
  copyFileSync(inRoot("docs/client.md"), join(directory, "README.md"));
  copyFileSync(inRoot("LICENSE"), join(directory, "LICENSE"));
  const target = resolve(dirname(directory));
  const packed = execFileSync(
    "npm",
    ["pack", "--silent", "--offline", "--pack-destination", target, resolve(directory)],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return join(target, packed.trim());
}

/** What is rarely needed, such as a parser of YAML, is loaded when it is. */
async function bundleForNode(common, directory) {
  await build({
    ...common,
    entryPoints: { node: inRoot("pkg/sdk/node.ts") },
    target: "node20",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    outdir: directory,
  });
}

/** `platform` makes an import of a module of Node's an error. */
async function bundleForBrowsers(common, directory) {
  await build({
    ...common,
    platform: "browser",
    entryPoints: [inRoot("pkg/sdk/index.ts")],
    target: "es2022",
    minify: true,
    outfile: join(directory, "browser.js"),
  });
}

function manifest(facts) {
  const browser = { types: "./types/sdk/index.d.ts", default: "./browser.js" };
  const node = { types: "./types/sdk/node.d.ts", default: "./node.js" };
  return {
    name: "plush-client",
    description: "A typed client of Plush's API, with informers, for Node and browsers.",
    ...facts,
    type: "module",
    sideEffects: false,
    exports: { ".": { browser, node, default: browser }, "./package.json": "./package.json" },
  };
}
