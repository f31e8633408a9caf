import { type GitSync, type KindInfo, kinds, type Token } from "../api/index.ts";
import { checkEscalation, checkTokenGrant, type Identity, mastersGroup, refusal } from "../auth/index.ts";
import { equalJson } from "../merge/index.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { forbidden } from "./errors.ts";
import { checkPriority } from "./priority-access.ts";
import { secretReferences } from "./secret-references.ts";

export interface WrittenObject {
  readonly kind: KindInfo;
  readonly object: ApiObject;
  /** What it replaces, where it does. */
  readonly old: ApiObject | undefined;
}

/**
 * Asks what the verb alone does not settle: nobody may give away rights that he does not have, nor make a token for whom
 * he may not be, nor have a Secret used that he may not read, nor put his work before others'. Throws Forbidden.
 */
export function checkWriter(backend: Backend, written: WrittenObject, { identity }: WriteContext): void {
  if (identity.groups.includes(mastersGroup)) return;
  const { authorizer } = backend;
  // The garbage collector's fields give nobody any right.
  if (!isHousekeeping(written)) checkEscalation({ ...written, authorizer, identity });
  // Whom a token stands for cannot be changed later.
  if (written.kind.kind === kinds.Token.kind && written.old === undefined)
    checkTokenGrant(authorizer, identity, written.object as unknown as Token);
  checkSecrets(backend, written, identity);
  checkPriority(backend, written, identity);
  if (written.kind.kind === kinds.GitSync.kind) checkAccount(backend, written, identity);
}

/** Who says what an account applies acts in its name. */
function checkAccount({ authorizer }: Backend, { kind, object, old }: WrittenObject, identity: Identity): void {
  if (old !== undefined && equalJson(old["spec"], object["spec"])) return;
  const { metadata, spec } = object as unknown as GitSync;
  const { namespace = "", name = "" } = metadata;
  const account = { group: "", resource: kinds.ServiceAccount.plural, namespace, name: spec.serviceAccountName };
  const attributes = { kind: "resource", verb: "impersonate", ...account } as const;
  const decision = authorizer.decide(identity, attributes);
  if (decision.allowed) return;
  const message = `Forbidden: ${refusal(identity, attributes, decision)}, and may not have it apply anything`;
  const field = "spec.serviceAccountName";
  throw forbidden(kind, name, `${field}: ${message}`, [{ reason: "FieldValueForbidden", field, message }]);
}

function isHousekeeping({ object, old }: WrittenObject): boolean {
  return old !== undefined && equalJson(withoutHousekeeping(object), withoutHousekeeping(old));
}

function withoutHousekeeping(object: ApiObject): object {
  const {
    ownerReferences: _owners,
    finalizers: _finalizers,
    managedFields: _managed,
    resourceVersion: _version,
    generation: _generation,
    ...metadata
  } = object.metadata;
  return { ...object, metadata };
}

/** References that stood there before are another writer's; each new or changed one is asked about. */
function checkSecrets(
  { authorizer }: Backend,
  { kind, object, old }: WrittenObject,
  identity: WriteContext["identity"],
): void {
  const references = secretReferences(kind, object);
  if (references.length === 0) return;
  const known = new Set((old === undefined ? [] : secretReferences(kind, old)).map((one) => JSON.stringify(one)));
  const causes = references.flatMap((reference) => {
    if (known.has(JSON.stringify(reference))) return [];
    const { path: field, namespace, name } = reference;
    const attributes = { kind: "resource", verb: "get", group: "", resource: "secrets", namespace, name } as const;
    const decision = authorizer.decide(identity, attributes);
    if (decision.allowed) return [];
    const why = `${refusal(identity, attributes, decision)}, and may not refer to Secret ${JSON.stringify(name)}`;
    return [{ reason: "FieldValueForbidden", field, message: `Forbidden: ${why}` }];
  });
  if (causes.length === 0) return;
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  throw forbidden(
    kind,
    object.metadata.name ?? "",
    lines.length === 1 ? (lines[0] ?? "") : `[${lines.join(", ")}]`,
    causes,
  );
}
