import { constants, type Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { StatusError } from "../../status/index.ts";

/** Names that lead nowhere else: no dots, no slashes. */
const pluginName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const writableByOthers = 0o022;

/** Where the operator puts plugins; whoever may write there, or into one of them, runs what they like as the server's user. */
export function pluginDirectory(dataDir: string): string {
  return join(dataDir, "providers");
}

/** The program of that name. Rejects with NotFound, or Forbidden where others than the server's user may have written it. */
export async function findPlugin(dataDir: string, name: string): Promise<string> {
  if (!pluginName.test(name)) throw new StatusError("Invalid", `${JSON.stringify(name)} is no name of a plugin`);
  const directory = pluginDirectory(dataDir);
  const path = join(directory, name);
  const [around, file] = await Promise.all([look(directory), look(path)]);
  if (around === undefined || file === undefined) {
    throw new StatusError(
      "NotFound",
      `plugin ${name} is not there: the server's operator has to install it as ${path}`,
    );
  }
  if (!around.isDirectory()) throw forbidden(directory, "is no directory");
  if (!file.isFile()) throw forbidden(path, "is no regular file");
  for (const [at, stats] of [[directory, around] as const, [path, file] as const]) {
    if (stats.uid !== process.getuid?.()) throw forbidden(at, "does not belong to the user that the server runs as");
    if ((stats.mode & writableByOthers) !== 0) throw forbidden(at, "may be written by others: chmod go-w");
  }
  if ((file.mode & constants.S_IXUSR) === 0) throw forbidden(path, "is not executable: chmod u+x");
  return path;
}

async function look(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}

function forbidden(path: string, why: string): StatusError {
  return new StatusError("Forbidden", `${path} ${why}; the plugin is not run`);
}
