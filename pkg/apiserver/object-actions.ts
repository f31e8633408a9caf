import type { KindInfo, ObjectKey } from "../api/index.ts";
import type { Identity } from "../auth/index.ts";
import { StatusError } from "../status/index.ts";

/** A POST to a subresource that does something instead of storing what it is sent: claims/NAME/binding. */
export type ObjectAction = (request: ActionRequest) => Promise<unknown>;

export interface ActionRequest {
  readonly key: ObjectKey;
  readonly body: unknown;
  readonly identity: Identity;
  /** Answer what would be, and change nothing. */
  readonly dryRun: boolean;
}

/** Actions by "PLURAL/SUBRESOURCE": "claims/binding", "resources/trust". */
export type ObjectActions = Readonly<Record<string, ObjectAction>>;

/** The action at an address; throws NotFound where there is none. */
export function actionOf(actions: ObjectActions, kind: KindInfo, subresource: string): ObjectAction {
  const name = `${kind.plural}/${subresource}`;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) throw new StatusError("NotFound", "the server could not find the requested resource");
  return action;
}
