import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { ManifestText } from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";

/** The server takes no larger body either. */
const maxBytes = 3 << 20;
const extensions = [".yaml", ".yml", ".json"];

/** Reads what -f names: a file, a folder (only files of manifests; with `recursive` its folders too), a URL, or "-". */
export async function readSources(
  names: readonly string[],
  options: { readonly recursive: boolean; readonly stdin: () => Readable },
): Promise<readonly ManifestText[]> {
  const texts: ManifestText[] = [];
  for (const name of names) {
    if (name === "-")
      texts.push({ file: "standard input", directory: ".", text: await readAll(options.stdin(), "standard input") });
    else if (/^https?:\/\//.test(name)) texts.push({ file: name, directory: ".", text: await download(name) });
    else texts.push(...readPath(name, options.recursive));
  }
  return texts;
}

function readPath(path: string, recursive: boolean): readonly ManifestText[] {
  if (!statOf(path).isDirectory()) return [readFile(path)];
  const found = filesIn(path, recursive).map(readFile);
  if (found.length === 0)
    throw new StatusError("BadRequest", `${path}: no manifests (${extensions.join(", ")}) in this folder`);
  return found;
}

/** In the order of names, so that two runs over one folder do the same. */
function filesIn(directory: string, recursive: boolean): string[] {
  const byName = (left: Dirent, right: Dirent): number => (left.name < right.name ? -1 : 1);
  return readdirSync(directory, { withFileTypes: true })
    .sort(byName)
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (statOf(path).isDirectory()) return recursive ? filesIn(path, recursive) : [];
      return extensions.some((extension) => entry.name.endsWith(extension)) ? [path] : [];
    });
}

function statOf(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new StatusError("BadRequest", `${path}: no such file`);
  return stat;
}

function readFile(path: string): ManifestText {
  if (statOf(path).size > maxBytes) throw tooLarge(path);
  try {
    return { file: path, directory: dirname(path), text: readFileSync(path, "utf8") };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new StatusError("BadRequest", `${path}: cannot be read: ${message}`, { cause: error });
  }
}

async function readAll(stream: AsyncIterable<Uint8Array | string>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw tooLarge(name);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(name: string): StatusError {
  return new StatusError("BadRequest", `${name}: larger than ${maxBytes >> 20} MiB`);
}

async function download(url: string): Promise<string> {
  const response = await fetch(url).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new StatusError("Unreachable", `${url}: ${cause}`, { cause: error });
  });
  if (!response.ok || response.body === null) throw new StatusError("BadRequest", `${url}: HTTP ${response.status}`);
  return readAll(response.body, url);
}
