import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Makes the npm package of the client from the sources, in `directory`/client. Returns its tarball. */
export async function packClient(directory: string): Promise<string> {
  const { stdout } = await run(process.execPath, ["cmd/bundle.mjs", "client", join(directory, "client")], {
    cwd: root,
  });
  return stdout.trim();
}

/** A copy of examples/client with this tarball installed: from no registry, as it has no dependencies. */
export async function copyExample(tarball: string, project: string): Promise<void> {
  await cp(join(root, "examples/client"), project, {
    recursive: true,
    filter: (path) => !/\/(node_modules|build)$/.test(path),
  });
  const file = join(project, "package.json");
  const { devDependencies: _, ...manifest } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...manifest, dependencies: { "plush-client": `file:${tarball}` } }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund"], { cwd: project });
}

/** Compiles a TypeScript project; rejects with what the compiler says. */
export async function compile(project: string): Promise<void> {
  const compiler = join(root, "node_modules/typescript-7/bin/tsc");
  await run(process.execPath, [compiler, "-p", project]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}
