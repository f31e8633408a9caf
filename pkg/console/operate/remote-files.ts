import type { KindInfo, ObjectKey } from "../../api/index.ts";
import { objectPath, openCommand, type SocketTransport } from "../../client/portable.ts";
import { StatusError } from "../../status/index.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { firstFile } from "./untar.ts";

/** Where files are: the exec subresource of a process, a claim or a machine. */
export interface FilesTarget {
  readonly kind: KindInfo;
  readonly place: ObjectKey;
}

export interface FileEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What a page can hold in memory without harm. */
const maxBytes = 256 << 20;

/** What is in a directory, folders first. */
export async function listFiles(
  transport: SocketTransport,
  target: FilesTarget,
  path: string,
): Promise<readonly FileEntry[]> {
  const chunks = await runRemote(transport, target, ["ls", "-1Ap", "--", path]);
  const text = await new Blob(chunks).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ name: line.replace(/\/$/, ""), isFolder: line.endsWith("/") }))
    .sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : 1));
}

/** A directory or a file as an archive, packed where it is. */
export async function fetchTar(transport: SocketTransport, target: FilesTarget, path: string): Promise<Blob> {
  const [directory, name] = splitPath(path);
  const argv = ["tar", "-cf", "-", "-C", directory, "--", name];
  return new Blob(await runRemote(transport, target, argv), { type: "application/x-tar" });
}

/** One file, taken out of an archive: so its end is known from its size, whatever breaks. */
export async function fetchFile(transport: SocketTransport, target: FilesTarget, path: string): Promise<Blob> {
  const archive = await fetchTar(transport, target, path);
  const file = await firstFile(archive);
  if (file === undefined) throw new StatusError("NotFound", `${path} is no file`);
  return file;
}

export function parentOf(path: string): string {
  const parts = path.replace(/\/+$/, "").split("/");
  const last = parts.at(-1);
  if (last === "." || last === "..") return `${path}/..`;
  const rest = parts.slice(0, -1).join("/");
  return rest === "" ? (path.startsWith("/") ? "/" : ".") : rest;
}

function splitPath(path: string): readonly [string, string] {
  const clean = path.replace(/\/+$/, "") || "/";
  const at = clean.lastIndexOf("/");
  const name = clean.slice(at + 1);
  if (name === "" || name === "." || name === "..") return [clean, "."];
  return [at < 0 ? "." : clean.slice(0, at) || "/", `./${name}`];
}

async function runRemote(
  transport: SocketTransport,
  { kind, place }: FilesTarget,
  command: readonly string[],
): Promise<Uint8Array<ArrayBuffer>[]> {
  const stream = await openCommand(transport, { path: objectPath(kind, place, "exec"), command });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let [size, said] = [0, ""];
  try {
    for await (const { stream: name, bytes } of stream.output()) {
      if (name === "stderr") said += new TextDecoder().decode(bytes);
      else chunks.push(new Uint8Array(bytes));
      size += bytes.length;
      if (size > maxBytes) throw new StatusError("RequestEntityTooLarge", texts.tooLargeFile);
    }
    const code = stream.exitCode();
    if (code !== 0) throw new StatusError("Conflict", said.trim() || `exit code ${code}`);
    return chunks;
  } finally {
    stream.close();
  }
}
