import type { KindInfo } from "../api/index.ts";
import { isInternal } from "../auth/index.ts";
import { formatTimestamp } from "../clock/index.ts";
import { equalJson, isObject } from "../merge/index.ts";
import { StatusError } from "../status/index.ts";
import { checkBody } from "./admission.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { isFinished } from "./deletion-holds.ts";
import { checkIdentity } from "./identity-rules.ts";
import { rulesOf } from "./kind-rules.ts";
import { type ChangeRequest, nextState, type Target, wantsOther } from "./next-state.ts";
import { type ObjectState, stateIn, stateOf } from "./object-state.ts";
import { checkPreconditions, commit, commitOne, getLive, type Live, settled } from "./objects.ts";
import { checkQuota } from "./quota-access.ts";
import { rawMetadata } from "./raw-metadata.ts";
import { checkWriter } from "./writer-access.ts";

/** Characters of an object as JSON: what a body may have. */
const maxObjectLength = 3 * 1024 * 1024;

/** PUT: the object becomes what `body` says, as far as the subresource may change it. */
export async function updateObject(
  backend: Backend,
  target: Target,
  body: unknown,
  context: WriteContext,
): Promise<ObjectState> {
  const { kind, key } = target;
  const sent = checkBody(kind, body);
  const live = getLive(backend, kind, key);
  checkIdentity(key, rawMetadata(sent));
  const { prepare } = rulesOf(kind);
  return changeObject(backend, { ...target, live, proposed: prepare === undefined ? sent : prepare(sent) }, context);
}

/**
 * Turns a proposal into the object's next state and stores it. All writes to existing objects come through here; up
 * to the commit it is one turn, so that nothing can come between the decision and the store.
 */
export async function changeObject(
  backend: Backend,
  request: ChangeRequest,
  context: WriteContext,
): Promise<ObjectState> {
  const { kind, key, live } = request;
  const sentMetadata = rawMetadata(request.proposed);
  checkPreconditions(kind, live.object, {
    uid: textOf(sentMetadata["uid"]),
    resourceVersion: textOf(sentMetadata["resourceVersion"]),
  });
  const time = formatTimestamp(backend.clock.now());
  const next = nextState(request, context, time);
  if (equalJson(next, live.object)) {
    await settled(backend, kind, key);
    return stateIn(backend, kind, live.entry);
  }
  if (!isInternal(context.identity)) checkGrowth(live, next);
  checkWriter(backend, { kind, object: next, old: live.object }, context);
  warnOwned(kind, live.object, next, context);
  if (isFinished(next)) {
    if (!context.dryRun) await commit(backend, [{ kind, key, live, next: undefined }]);
    return stateOf(next);
  }
  if (context.dryRun) {
    checkQuota(backend, [{ kind, key, before: live.object, after: next }]);
    return stateOf(next);
  }
  const { lifetimeMs } = rulesOf(kind);
  const expiry = lifetimeMs === undefined ? {} : { expiresAt: backend.clock.now() + lifetimeMs };
  return commitOne(backend, { kind, key, live, next, ...expiry });
}

/**
 * Throws where patch upon patch made an object larger than one that could be sent. An object that is far from that is not
 * measured: one patch cannot make it much larger than that.
 */
function checkGrowth({ entry }: Live, next: ApiObject): void {
  if (entry.text.length < maxObjectLength / 2 || JSON.stringify(next).length <= maxObjectLength) return;
  throw new StatusError("RequestEntityTooLarge", `Request entity too large: limit is ${maxObjectLength}`);
}

/** Objects that a controller makes follow their owner: who edits one should hear it. */
function warnOwned(kind: KindInfo, before: ApiObject, after: ApiObject, context: WriteContext): void {
  const [was, is] = [ownersPart(kind, before), ownersPart(kind, after)];
  if (isInternal(context.identity) || !wantsOther(was, is)) return;
  const owner = before.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return;
  context.warn(
    `${kind.kind} ${before.metadata.name} belongs to ${owner.kind} ${owner.name}, whose controller will undo this change`,
  );
}

/** An object without what its owner leaves to users. */
function ownersPart(kind: KindInfo, object: ApiObject): ApiObject {
  const { userFields = [] } = rulesOf(kind);
  const { spec } = object;
  if (userFields.length === 0 || !isObject(spec)) return object;
  return { ...object, spec: Object.fromEntries(Object.entries(spec).filter(([name]) => !userFields.includes(name))) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
