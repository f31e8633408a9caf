import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { generateCollections, generateManifestTable } from "./collections.ts";
import { loadModel } from "./model.ts";
import { generateOpenApi } from "./openapi.ts";
import { loadPages, pageFaults, pageName } from "./pages.ts";
import { generateReference } from "./reference.ts";
import { generateRegistry } from "./registry.ts";
import { generateRuntimeSchemas } from "./runtime-schemas.ts";
import { generateTypes } from "./types.ts";
import { generateValidators, generateValidatorTypes } from "./validators.ts";

const generated = "pkg/api/generated";

/**
 * Makes all that comes from schemas/; with --check, fails instead where a file on disk is not what would be made. Fails
 * where a kind has no page.
 */
async function main(): Promise<number> {
  const model = await loadModel("schemas");
  const outputs = new Map<string, string>([
    [`${generated}/types.ts`, await generateTypes(model, "reading")],
    [`${generated}/manifests.ts`, `${await generateTypes(model, "writing")}\n${generateManifestTable(model)}`],
    [`${generated}/collections.ts`, generateCollections(model)],
    [`${generated}/kinds.ts`, generateRegistry(model)],
    [`${generated}/schemas.ts`, generateRuntimeSchemas(model)],
    [`${generated}/openapi.ts`, generateOpenApi(model)],
    [`${generated}/validators.js`, generateValidators(model)],
    [`${generated}/validators.d.ts`, generateValidatorTypes(model)],
  ]);
  const pages = await loadPages("schemas");
  for (const kind of model.kinds)
    outputs.set(`docs/reference/${pageName(kind)}.md`, generateReference(kind, model, pages.get(pageName(kind)) ?? ""));
  const stale = await staleFiles(outputs);
  const faults = pageFaults(pages, model);
  for (const fault of faults) console.error(`error: ${fault}`);
  if (process.argv.includes("--check")) {
    for (const file of stale) console.error(`${file} is stale: run \`make generate\``);
    return stale.length + faults.length === 0 ? 0 : 1;
  }
  for (const file of stale) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, outputs.get(file) ?? "");
    console.log(`wrote ${file}`);
  }
  return faults.length === 0 ? 0 : 1;
}

async function staleFiles(outputs: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [file, text] of outputs) {
    const present = await readFile(file, "utf8").catch(() => undefined);
    if (present !== text) stale.push(file);
  }
  return stale;
}

process.exitCode = await main();
