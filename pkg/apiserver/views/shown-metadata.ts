import type { ObjectMeta } from "../../api/index.ts";

/** The metadata of what is shown: the source's, but for what says who may write which field of it, and who holds it. */
export function shownMetadata(source: ObjectMeta): ObjectMeta {
  const { managedFields: _managers, finalizers: _finalizers, ...shown } = source;
  return shown;
}
