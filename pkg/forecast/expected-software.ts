import { type KubeObject, kinds, type Software } from "../api/index.ts";
import type { WorldChange } from "./forecast.ts";

/** Stands for a digest that is known only when the package has been fetched. */
const unknownDigest = "known after it is fetched";

/** A package as it will be when the server has it. */
export function withExpectedDigest(change: WorldChange): WorldChange {
  if (change.kind.kind !== kinds.Software.kind) return change;
  const software = change.object as Software;
  const { source, sha256 } = software.spec;
  const before = software.status;
  const held = before?.source !== undefined && before.source === source?.url ? before.digest : undefined;
  const digest =
    source === undefined
      ? undefined
      : (source.blob ?? (sha256 === undefined ? (held ?? unknownDigest) : `sha256:${sha256}`));
  const { digest: _former, ...rest } = before ?? {};
  const status = {
    ...rest,
    state: "Ready" as const,
    // Whatever generation the change has.
    observedGeneration: Number.MAX_SAFE_INTEGER,
    ...(digest !== undefined && { digest }),
  };
  const object: KubeObject & Pick<Software, "status"> = { ...software, status };
  return { ...change, object };
}
