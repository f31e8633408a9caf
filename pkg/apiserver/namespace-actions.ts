import { kinds } from "../api/index.ts";
import type { Backend } from "./backend.ts";
import type { ObjectActions } from "./object-actions.ts";
import { updateObject } from "./update.ts";

/** namespaces/NAME/finalize: drops what holds a namespace; with the last finalizer it goes. */
export function namespaceActions(backend: Backend): ObjectActions {
  return {
    "namespaces/finalize": async ({ key, body, identity, dryRun }) => {
      const { object } = await updateObject(backend, { kind: kinds.Namespace, key, subresource: "finalize" }, body, {
        identity,
        fieldManager: "plush",
        dryRun,
        fieldValidation: "Ignore",
        warn: () => {},
      });
      return object;
    },
  };
}
