import { execFile } from "node:child_process";
import type { ManifestText } from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";

/** Who can do it, the one that does nothing else first. */
const programs = [
  ["kustomize", "build"],
  ["kubectl", "kustomize"],
] as const;

const maxBytes = 64 << 20;

/** What kustomize makes of a folder: the program itself, or the one in kubectl. Rejects where neither is installed. */
export async function buildKustomization(folder: string): Promise<ManifestText> {
  for (const [program, verb] of programs) {
    const text = await output(program, [verb, folder]);
    if (text !== undefined) return { file: folder, directory: folder, text };
  }
  throw new StatusError("BadRequest", "-k needs kustomize or kubectl, and neither is on PATH");
}

/** Undefined where there is no such program. */
function output(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: maxBytes }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === "ENOENT") resolve(undefined);
      else reject(new StatusError("BadRequest", `${program}: ${stderr.trim().replace(/^error: /i, "")}`));
    });
  });
}
