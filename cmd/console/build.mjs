// Bundles the console: dist/console/index.html and dist/console/assets/NAME-HASH.{js,css,json}, each beside what a server
// sends compressed. A page's code is a chunk of its own, loaded when the page is first shown.
import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";

const directory = "dist/console";
const require = createRequire(import.meta.url);

export async function bundleConsole() {
  await rm(directory, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { main: "./pkg/console/main.tsx" },
    outdir: `${directory}/assets`,
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    publicPath: "/ui/assets",
    // The map's data is fetched when the map is first drawn; examples are texts of the builder's chunk.
    loader: { ".json": "file", ".yaml": "text" },
    alias: { "world-atlas": require.resolve("world-atlas/countries-110m.json").replace(/\/countries-110m\.json$/, "") },
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
    logLevel: "warning",
  });
  const files = Object.keys(metafile.outputs);
  const [script, output] = Object.entries(metafile.outputs).find(([, { entryPoint }]) =>
    entryPoint?.endsWith("main.tsx"),
  );
  const page = await readFile("./pkg/console/index.html", "utf8");
  await writeFile(
    `${directory}/index.html`,
    page.replace("__SCRIPT__", urlOf(script)).replace("__STYLE__", urlOf(output.cssBundle)),
  );
  await Promise.all(files.map(compress));
}

const urlOf = (file) => `/ui/${file.slice(directory.length + 1)}`;

/** Once here rather than at each request. */
async function compress(file) {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const [br, gz] = await Promise.all([promisify(brotliCompress)(bytes, { params }), promisify(gzip)(bytes)]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
}
