import { chmod, copyFile, mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";

const examples = resolve(import.meta.dirname, "../../examples/providers");

/** Installs one of the examples as an operator does; answers where it keeps what it knows. */
export async function installPlugin(dataDir: string, name: string): Promise<string> {
  await mkdir(join(dataDir, "providers"), { recursive: true, mode: 0o700 });
  const path = join(dataDir, "providers", name);
  await copyFile(join(examples, name), path);
  await chmod(path, 0o700);
  return `${path}.state`;
}

/** The machines that the fake cloud has given out: read from its own files, not asked for. */
export async function cloudMachines(state: string): Promise<readonly string[]> {
  const names = await readdir(join(state, "machines")).catch(() => []);
  return names.filter((name) => !name.startsWith(".")).sort();
}
