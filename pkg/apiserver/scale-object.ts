import { invalidValue, type KindInfo, type ObjectKey } from "../api/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import type { ApiObject } from "./backend.ts";
import { badRequest, forbidden, invalid, notFound, shown } from "./errors.ts";
import { checkIdentity } from "./identity-rules.ts";
import { rawMetadata } from "./raw-metadata.ts";

const scaleKind = { group: "autoscaling", kind: "Scale" };

/** Throws BadRequest where a body is no Scale of the object that the address names. */
export function checkScale(scale: JsonObject, key: ObjectKey): void {
  const { apiVersion = "autoscaling/v1", kind = scaleKind.kind } = scale;
  if (apiVersion !== "autoscaling/v1" || kind !== scaleKind.kind)
    throw badRequest(`the body must be an autoscaling/v1 Scale, not ${shown(apiVersion)} ${shown(kind)}`);
  checkIdentity(key, rawMetadata(scale));
}

const largestScale = 2_147_483_647;

/** The number that a Scale says. Throws Invalid where it is none. */
export function replicasIn(scale: JsonObject, { name }: ObjectKey): number {
  const spec = scale["spec"];
  const replicas = isObject(spec) ? (spec["replicas"] ?? 0) : 0;
  if (typeof replicas === "number" && Number.isInteger(replicas) && replicas >= 0 && replicas <= largestScale)
    return replicas;
  const message = "must be greater than or equal to 0";
  throw invalid(scaleKind, name, [invalidValue("spec.replicas", replicas, message)]);
}

/** The Scale of an object. */
export function scaleOf(kind: KindInfo, object: ApiObject): ApiObject {
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
export function scalePath(kind: KindInfo, object: ApiObject): readonly string[] {
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
