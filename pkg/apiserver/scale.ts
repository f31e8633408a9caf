import type { KindInfo, ObjectKey } from "../api/index.ts";
import { applyJsonPatch, applyMergePatch, isObject, type JsonObject } from "../merge/index.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { badRequest, forbidden, invalid, notFound } from "./errors.ts";
import { getLive, getObject, type Live } from "./objects.ts";
import { rawMetadata } from "./raw-metadata.ts";
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

/** PATCH …/scale, as a merge patch or a JSON patch of the Scale. */
export function patchScale(
  backend: Backend,
  kind: KindInfo,
  key: ObjectKey,
  patch: { readonly type: string; readonly body: unknown },
  context: WriteContext,
): Promise<ApiObject> {
  const live = getLive(backend, kind, key);
  const scale = scaleOf(kind, live.object);
  const patched = patch.type === "json" ? applyJsonPatch(scale, patch.body) : applyMergePatch(scale, patch.body);
  if (!isObject(patched)) throw badRequest("a patch must leave a Scale");
  return writeScale(backend, kind, live, patched, context);
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
  const spec = scale["spec"];
  const replicas = isObject(spec) ? (spec["replicas"] ?? 0) : 0;
  if (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0)
    throw invalid(kind, name, [
      {
        reason: "FieldValueInvalid",
        field: "spec.replicas",
        message: `Invalid value: ${JSON.stringify(replicas)}: must be a whole number of at least 0`,
      },
    ]);
  const { resourceVersion, uid } = rawMetadata(scale);
  const metadata = { ...object.metadata, ...(uid !== undefined && { uid }), resourceVersion };
  const proposed = { ...setPath(object, path, replicas), metadata };
  const changed = await changeObject(
    backend,
    { kind, key: { namespace, name }, subresource: "", live, proposed, recordedAs: "scale" },
    context,
  );
  return scaleOf(kind, changed);
}

function scaleOf(kind: KindInfo, object: ApiObject): ApiObject {
  const path = scalePath(kind, object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { statusReplicas = "", selector } = kind.scale ?? {};
  const current = numberAt(object, statusReplicas.split("."));
  const selectorText = selector === undefined ? undefined : valueAt(object, selector.split("."));
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: { replicas: numberAt(object, path) },
    status: { replicas: current, ...(typeof selectorText === "string" && { selector: selectorText }) },
  };
}

/** Where the number lies. Throws NotFound where the kind has none, Forbidden where the object has several. */
function scalePath(kind: KindInfo, object: ApiObject): readonly string[] {
  const name = object.metadata.name ?? "";
  if (kind.scale === undefined) throw notFound(kind, `${name}/scale`);
  const path = kind.scale.specReplicas.split(".");
  const index = path.indexOf("0");
  const list = index < 0 ? undefined : valueAt(object, path.slice(0, index));
  if (Array.isArray(list) && list.length !== 1)
    throw forbidden(
      kind,
      name,
      `it has ${list.length} parts that scale; change ${path.slice(0, index).join(".")} instead`,
    );
  return path;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    return isObject(inner) ? inner[step] : undefined;
  }, value);
}

function numberAt(object: ApiObject, path: readonly string[]): number {
  const value = valueAt(object, path);
  return typeof value === "number" ? value : 0;
}

function setPath(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const patched = applyJsonPatch(object, [{ op: "add", path: `/${path.join("/")}`, value }]);
  // "add" to a list would insert: the number lies in an object, whatever is on the way to it.
  return isObject(patched) ? patched : object;
}
