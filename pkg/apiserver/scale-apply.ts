import { apiVersionOf, type KindInfo, type ObjectKey } from "../api/index.ts";
import { isObject, type JsonObject, type TypeNode, untyped } from "../merge/index.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { badRequest } from "./errors.ts";
import { typeOfKind } from "./kind-types.ts";
import type { Live } from "./objects.ts";
import { type PatchType, patchObject } from "./patch.ts";
import { rawMetadata } from "./raw-metadata.ts";
import { checkScale, replicasIn, scaleOf, scalePath } from "./scale-object.ts";

export interface ScalePatch {
  readonly type: PatchType;
  readonly body: unknown;
  /** Of an apply: take the number over from who owns it. */
  readonly force?: boolean | undefined;
}

interface AppliedScale {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  readonly live: Live;
  readonly patch: ScalePatch;
}

/** An applied Scale is an applied configuration of the object that says its number and nothing else. */
export async function applyScale(
  backend: Backend,
  { kind, key, live, patch }: AppliedScale,
  context: WriteContext,
): Promise<ApiObject> {
  if (!isObject(patch.body)) throw badRequest("an applied configuration must be a Scale");
  checkScale(patch.body, key);
  const replicas = replicasIn(patch.body, key);
  const { uid, resourceVersion } = rawMetadata(patch.body);
  const body = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      name: key.name,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    ...configurationOf(kind, live.object, replicas),
  };
  const request = { kind, key, subresource: "", type: "apply", body, force: patch.force, recordedAs: "scale" } as const;
  return scaleOf(kind, (await patchObject(backend, request, context)).state.object);
}

/** The number at its path, with the keys of the list items on the way to it. */
function configurationOf(kind: KindInfo, object: ApiObject, replicas: number): JsonObject {
  const build = (type: TypeNode, value: unknown, path: readonly string[]): unknown => {
    const [step, ...rest] = path;
    if (step === undefined) return replicas;
    if (!Array.isArray(value)) {
      const inner = isObject(value) ? value[step] : undefined;
      return { [step]: build(type.field(step) ?? untyped, inner, rest) };
    }
    const item: unknown = value[Number(step)];
    const keys = type.keys.map(({ name }) => [name, isObject(item) ? item[name] : undefined]);
    return [{ ...Object.fromEntries(keys), ...(build(type.element() ?? untyped, item, rest) as JsonObject) }];
  };
  return build(typeOfKind(kind), object, scalePath(kind, object)) as JsonObject;
}
