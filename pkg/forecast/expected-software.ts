import { type KubeObject, kinds, type ResolvedVariant, type Software } from "../api/index.ts";
import { originsOf, type PackageOrigin, sourceText } from "../graph/index.ts";
import type { WorldChange } from "./forecast.ts";

/** Stands for a digest that is known only when the package has been fetched. */
const unknownDigest = "known after it is fetched";

/** A package as it will be when the server has it. */
export function withExpectedDigest(change: WorldChange): WorldChange {
  if (change.kind.kind !== kinds.Software.kind) return change;
  const software = change.object as Software;
  const origins = originsOf(software);
  const own = origins.find(({ match }) => match === undefined);
  const variants = origins.filter(({ match }) => match !== undefined).map(expected);
  const { digest: _former, ...rest } = software.status ?? {};
  const status = {
    ...rest,
    state: "Ready" as const,
    // Whatever generation the change has.
    observedGeneration: Number.MAX_SAFE_INTEGER,
    ...(own !== undefined && expected(own)),
    ...(variants.length > 0 && { variants }),
  };
  const object: KubeObject & Pick<Software, "status"> = { ...software, status };
  return { ...change, object };
}

function expected({ source, sha256, resolved }: PackageOrigin): ResolvedVariant {
  const { digest: former, ...rest } = resolved;
  if (source === undefined) return rest;
  const held = resolved.source === sourceText(source) ? former : undefined;
  const digest = source.blob ?? (sha256 === undefined ? (held ?? unknownDigest) : `sha256:${sha256}`);
  return { ...rest, digest };
}
