import type { KindInfo, ObjectKey } from "../api/index.ts";
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  isObject,
  type JsonObject,
  untyped,
} from "../merge/index.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { badRequest } from "./errors.ts";
import { getLive, getObject, type Live } from "./objects.ts";
import { rawMetadata } from "./raw-metadata.ts";
import { applyScale, type ScalePatch } from "./scale-apply.ts";
import { checkScale, replicasIn, scaleOf, scalePath } from "./scale-object.ts";
import { changeObject } from "./update.ts";

/** autoscaling/v1 Scale: the one number of an object that scaling is about. */

export function getScale(backend: Backend, kind: KindInfo, key: ObjectKey): ApiObject {
  return scaleOf(kind, getObject(backend, kind, key));
}

/** PUT …/scale. */
export function updateScale(
  backend: Backend,
  kind: KindInfo,
  key: ObjectKey,
  body: unknown,
  context: WriteContext,
): Promise<ApiObject> {
  if (!isObject(body)) throw badRequest("the body must be a Scale");
  return writeScale(backend, kind, getLive(backend, kind, key), body, context);
}

/** PATCH …/scale: a patch of the Scale, of any type. */
export async function patchScale(
  backend: Backend,
  kind: KindInfo,
  key: ObjectKey,
  patch: ScalePatch,
  context: WriteContext,
): Promise<ApiObject> {
  const live = getLive(backend, kind, key);
  if (patch.type === "apply") return applyScale(backend, { kind, key, live, patch }, context);
  const patched = patchedScale(scaleOf(kind, live.object), patch);
  if (!isObject(patched)) throw badRequest("a patch must leave a Scale");
  return writeScale(backend, kind, live, patched, context);
}

function patchedScale(scale: ApiObject, { type, body }: ScalePatch): unknown {
  if (type === "json") return applyJsonPatch(scale, body);
  if (!isObject(body)) throw badRequest("a merge patch must be an object");
  return type === "strategic" ? applyStrategicPatch(untyped, scale, body) : applyMergePatch(scale, body);
}

async function writeScale(
  backend: Backend,
  kind: KindInfo,
  live: Live,
  scale: JsonObject,
  context: WriteContext,
): Promise<ApiObject> {
  const { object } = live;
  const { name = "", namespace = "" } = object.metadata;
  const path = scalePath(kind, object);
  checkScale(scale, { namespace, name });
  const replicas = replicasIn(scale, { namespace, name });
  const { resourceVersion, uid } = rawMetadata(scale);
  const metadata = { ...object.metadata, ...(uid !== undefined && { uid }), resourceVersion };
  const proposed = { ...setPath(object, path, replicas), metadata };
  const changed = await changeObject(
    backend,
    { kind, key: { namespace, name }, subresource: "", live, proposed, recordedAs: "scale" },
    context,
  );
  return scaleOf(kind, changed.object);
}

function setPath(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const patched = applyJsonPatch(object, [{ op: "add", path: `/${path.join("/")}`, value }]);
  // "add" to a list would insert: the number lies in an object, whatever is on the way to it.
  return isObject(patched) ? patched : object;
}
