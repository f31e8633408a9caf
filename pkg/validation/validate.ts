import type { KindInfo, KubeObject } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";

/**
 * Rules across the fields of an object that decoded well; `old` is what it replaces, where it does. Pure; gives one cause
 * for each fault.
 */
export function validateObject(_kind: KindInfo, _object: KubeObject, _old?: KubeObject): StatusCause[] {
  return [];
}
