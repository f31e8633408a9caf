import type { Flag } from "../arguments.ts";
import type { Invocation } from "../command.ts";

const recursive: Flag = { name: "recursive", short: "R", type: "switch", help: "with -f: folders in folders" };
const kustomize: Flag = {
  name: "kustomize",
  short: "k",
  type: "text",
  value: "DIR",
  help: "what kustomize makes of a folder",
};

/** Flags of commands that read manifests; `help` says what for. */
export function fileFlags(help: string): readonly Flag[] {
  return [{ name: "filename", short: "f", type: "texts", value: "FILE", help }, kustomize, recursive];
}

/** True where the command line names manifests. */
export function namesFiles({ args }: Invocation): boolean {
  return args.has("filename") || args.has("kustomize");
}
