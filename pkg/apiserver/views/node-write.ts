import { kinds, type Node, type ObjectKey, type Resource } from "../../api/index.ts";
import { isObject } from "../../merge/index.ts";
import type { ApiObject, Backend, WriteContext } from "../backend.ts";
import { badRequest, invalid } from "../errors.ts";
import { getLive } from "../objects.ts";
import { changeObject } from "../update.ts";
import { planNodeWrite } from "./node-write-plan.ts";
import { showObject } from "./views.ts";

/** Changes a Node by changing its Resource. `change` makes what a client wants of what is shown to it. */
export async function writeNode(
  backend: Backend,
  key: ObjectKey,
  change: (shown: ApiObject) => unknown,
  context: WriteContext,
): Promise<ApiObject> {
  const { object: shown } = getLive(backend, kinds.Node, key);
  const wanted = change(shown);
  if (!isObject(wanted)) throw badRequest("a write must leave an object");
  const live = getLive(backend, kinds.Resource, key);
  const plan = planNodeWrite({ resource: typed<Resource>(live.object), shown: typed<Node>(shown), wanted });
  if ("causes" in plan) throw invalid(kinds.Node, key.name, plan.causes);
  const request = { kind: kinds.Resource, key, subresource: "", live, proposed: plan.resource } as const;
  const { object } = await changeObject(backend, request, context);
  return showObject(backend, kinds.Node, object);
}

/** What was stored was decoded when it was written, and what is shown was made of it. */
function typed<T>(object: ApiObject): T {
  return object as unknown as T;
}
