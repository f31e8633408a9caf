// The declarations of some modules and of all that they name, as a tree that stands by itself.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const compiler = fileURLToPath(new URL("../../node_modules/typescript-7/bin/tsc", import.meta.url));
const project = fileURLToPath(new URL("../../tsconfig.json", import.meta.url));

/** `entries` lie below `sources`, whose tree `target` takes over. Throws where a declaration names a module of others. */
export function copyDeclarations(entries, sources, target) {
  const scratch = mkdtempSync(join(tmpdir(), "plush-declarations-"));
  try {
    emit(entries, sources, scratch);
    const pending = entries.map((entry) => relative(sources, entry));
    const copied = new Set();
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (copied.has(name)) continue;
      copied.add(name);
      const file = name.replace(/\.ts$/, ".d.ts");
      const text = readFileSync(join(scratch, file), "utf8");
      mkdirSync(dirname(join(target, file)), { recursive: true });
      writeFileSync(join(target, file), withoutExtensions(text));
      pending.push(...namedIn(text, file).map((specifier) => join(dirname(name), specifier)));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function emit(entries, sources, scratch) {
  const config = join(scratch, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: sources,
    outDir: scratch,
    typeRoots: [resolve(dirname(project), "node_modules/@types")],
  };
  writeFileSync(config, JSON.stringify({ extends: project, compilerOptions, files: entries, include: [] }));
  execFileSync(process.execPath, [compiler, "-p", config], { stdio: ["ignore", "inherit", "inherit"] });
}

const specifiers = /(\bfrom |\bimport\()"([^"]+)"/g;

function namedIn(text, file) {
  return [...text.matchAll(specifiers)].map(([, , specifier]) => {
    if (!specifier.startsWith(".")) throw new Error(`the declarations of ${file} need ${specifier}`);
    return specifier;
  });
}

/** Sources are imported as .ts; what is compiled beside a declaration would be .js. */
function withoutExtensions(text) {
  return text.replaceAll(specifiers, (_, before, specifier) => `${before}"${specifier.replace(/\.ts$/, ".js")}"`);
}
