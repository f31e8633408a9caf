import { randomUUID } from "node:crypto";
import { type KindInfo, type KubeObject, kinds, type ObjectKey } from "../api/index.ts";
import { controllerIdentity, type Identity, makeRbacAuthorizer, type ServiceAccountSigner } from "../auth/index.ts";
import type { ApiClient } from "../client/index.ts";
import type { Clock } from "../clock/index.ts";
import type { ObjectSource } from "../informer/index.ts";
import type { Usage } from "../quota/index.ts";
import { isReason } from "../status/index.ts";
import type { Store } from "../store/index.ts";
import { authorizedClient } from "./authorized-client.ts";
import type { Backend } from "./backend.ts";
import { ensureBuiltinAccess } from "./builtin-access.ts";
import { claimActions } from "./claim-actions.ts";
import { defaultNamespace } from "./delete.ts";
import { followRoles } from "./live-roles.ts";
import { loanActions } from "./loan-actions.ts";
import { LocalClient } from "./local-client.ts";
import { machineActions } from "./machine-actions.ts";
import { namespaceActions } from "./namespace-actions.ts";
import type { ObjectActions } from "./object-actions.ts";
import { findObject } from "./objects.ts";
import { makeOwnership, type Ownership } from "./ownership.ts";
import { QuotaBook } from "./quota-book.ts";
import type { Sealer } from "./sealer.ts";
import { StoreSource } from "./store-source.ts";
import { tokenActions } from "./token-request.ts";

export interface ApiOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** Of Plush, "0.1.0"; shown with machines. */
  readonly version: string;
  /** Signs tokens of service accounts; absent: none are given. */
  readonly tokenSigner?: ServiceAccountSigner;
  /** Has a machine restart, by the uid of its Resource; absent: no machine is reached. */
  readonly reboot?: (resourceUid: string) => Promise<void>;
  /** Makes uids of objects; default: random ones. */
  readonly newUid?: () => string;
  /** In [0, 1); makes the ends of generated names. Default: Math.random. */
  readonly random?: () => number;
  /** More POST subresources, by "PLURAL/SUBRESOURCE", as "resources/trust". */
  readonly actions?: ObjectActions;
}

/** The API without a transport. */
export interface Api {
  readonly backend: Backend;
  readonly actions: ObjectActions;
  readonly ownership: Ownership;
  /** What a namespace has of what may be limited, with what is decided and not durable yet. */
  usageOf(namespace: string): Usage;
  /** A kind read from the store itself; to be started. */
  sourceOf<T extends KubeObject>(kind: KindInfo<T>): ObjectSource<T>;
  /** An object as it stands, for who cannot wait for it; undefined where there is none. */
  find<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey): T | undefined;
  /** The verbs in this process, done in the name of `identity`; nothing is asked of authorization. */
  localClient(identity: Identity): ApiClient;
  /** As `localClient`, with what `identity` may do alone: Forbidden, else. */
  authorizedClient(identity: Identity): ApiClient;
}

/** Makes the API over a store, and what must always be there: the namespace `default`, and the built-in roles. */
export async function openApi(options: ApiOptions): Promise<Api> {
  const { store, clock, sealer, version, newUid = randomUUID, random = Math.random } = options;
  const authorizer = makeRbacAuthorizer(followRoles(store));
  const quotas = new QuotaBook(store);
  const backend: Backend = { store, clock, sealer, quotas, version, authorizer, newUid, random };
  const actions: ObjectActions = {
    ...claimActions(backend),
    ...loanActions(backend),
    ...namespaceActions(backend),
    ...(options.tokenSigner && tokenActions(backend, options.tokenSigner)),
    ...(options.reboot && machineActions(backend, options.reboot)),
    ...options.actions,
  };
  const api: Api = {
    backend,
    actions,
    ownership: makeOwnership(backend),
    usageOf: (namespace) => quotas.usageOf(namespace),
    sourceOf: (kind) => new StoreSource(backend, kind),
    find: (kind, key) => findObject(backend, kind, key),
    localClient: (identity) => new LocalClient(backend, identity, actions),
    authorizedClient: (identity) => authorizedClient(new LocalClient(backend, identity, actions), authorizer, identity),
  };
  const client = api.localClient(controllerIdentity);
  await Promise.all([ensureNamespace(client), ensureBuiltinAccess(client)]);
  return api;
}

async function ensureNamespace(client: ApiClient): Promise<void> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: defaultNamespace } };
  try {
    await client.create(kinds.Namespace, namespace);
  } catch (error) {
    if (!isReason(error, "AlreadyExists")) throw error;
  }
}
