import type { KindInfo } from "../../api/index.ts";

/** Whether the user may do something with objects of a kind: what may not be done is not offered. */
export function useMay(_verb: string, _kind: KindInfo, _namespace?: string): boolean {
  return true;
}
