import { createHash } from "node:crypto";
import type { PrefetchPackage } from "../../protocol/index.ts";

/** Name of the directory in which a package lies unpacked: another one for whatever would unpack to something else. */
export function treeName({ digest, format = "tar.gz", strip, fileName, name }: PrefetchPackage): string {
  const parts = format === "file" ? [digest, format, fileName ?? name] : [digest, format, strip];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

export function isTreeName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
