import { useCallback, useSyncExternalStore } from "react";
import type { Intent } from "./access-plan.ts";
import { useSession } from "./use-world.ts";

/**
 * Whether the user may do something: what is not allowed is not offered. False until the server has said so. `namespace`
 * absent: in all namespaces, or of a kind that is in none.
 */
export function useMay(
  verb: string,
  kind: Intent["kind"],
  namespace?: string,
  { subresource, name }: Pick<Intent, "subresource" | "name"> = {},
): boolean {
  const { access } = useSession();
  const subscribe = useCallback((wake: () => void) => access.subscribe(wake), [access]);
  return useSyncExternalStore(subscribe, () => access.may({ verb, kind, namespace, subresource, name }) === true);
}
