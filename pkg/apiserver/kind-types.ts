import { type KindInfo, schemaOf } from "../api/index.ts";
import { isObject, makeTypeReader, objectType, type TypeNode, untyped } from "../merge/index.ts";

const readType = makeTypeReader(() => undefined);
const known = new Map<KindInfo, TypeNode>();

/** How objects of a kind are merged, and which fields they have. */
export function typeOfKind(kind: KindInfo): TypeNode {
  const found = known.get(kind);
  if (found !== undefined) return found;
  const schema: unknown = schemaOf(kind);
  const type = objectType(isObject(schema) ? readType(schema) : untyped);
  known.set(kind, type);
  return type;
}
