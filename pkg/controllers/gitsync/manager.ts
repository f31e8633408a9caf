import { createHash } from "node:crypto";
import type { KubeObject } from "../../api/index.ts";

const prefix = "gitsync:";
/** Longer ones are refused. */
const maxLength = 128;

/** The name under which a sync owns fields: no two have the same. */
export function managerOf({ metadata }: KubeObject): string {
  const whole = `${prefix}${metadata.namespace}/${metadata.name}`;
  if (whole.length <= maxLength) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 16);
  return `${whole.slice(0, maxLength - 17)}-${hash}`;
}

/** All syncs that have applied an object, by their managers. */
export function syncManagers({ metadata }: KubeObject): readonly string[] {
  const applied = (metadata.managedFields ?? []).filter(
    ({ manager, operation }) => operation === "Apply" && manager?.startsWith(prefix) === true,
  );
  return [...new Set(applied.flatMap(({ manager }) => manager ?? []))];
}
