import {
  apiVersionOf,
  type KindInfo,
  type KubeObject,
  keyOf,
  kinds,
  type Token,
  type TokenSpec,
} from "../api/index.ts";
import type { ApiClient } from "../client/portable.ts";
import { formatTimestamp, parseDuration, parseTimestamp } from "../clock/index.ts";
import { isReason, StatusError } from "../status/index.ts";

/** A credential for somebody else. */
export interface TokenRequest {
  readonly name: string;
  readonly spec: TokenSpec;
  /** A ClusterRole that its subject is given; undefined: it may do what its subject may do already. */
  readonly role: string | undefined;
  /** Where it is given; undefined: everywhere. */
  readonly namespace: string | undefined;
}

export interface IssuedToken {
  readonly token: Token;
  /** Told this once. */
  readonly secret: string;
}

export interface IssueOptions {
  readonly onWarning?: (text: string) => void;
  /** Finds out whether it can be made, and makes nothing. */
  readonly dryRun?: boolean;
}

const rbacGroup = "rbac.authorization.k8s.io";
const written = { fieldManager: "plush-create", fieldValidation: "Strict" } as const;

/** Makes a token, and the binding of its role, which goes when it goes. Undefined after a dry run. */
export async function issueToken(
  client: ApiClient,
  request: TokenRequest,
  { onWarning, dryRun = false }: IssueOptions = {},
): Promise<IssuedToken | undefined> {
  const object = tokenObject(request);
  // Whether both can be made is found out before there is a token.
  await client.create(kinds.Token, object, { ...written, dryRun: true });
  if (request.role !== undefined) {
    await checkRole(client, request.role);
    await createBinding(client, request, undefined, true);
  }
  if (dryRun) return undefined;
  const token = await client.create<Token>(kinds.Token, object, { ...written, ...(onWarning && { onWarning }) });
  const secret = token.status?.token;
  if (secret === undefined) throw new StatusError("InternalError", "the server did not tell the token's secret");
  try {
    if (request.role !== undefined) await createBinding(client, request, token, false);
  } catch (error) {
    // A credential that can do nothing, and that nobody holds, is of no use.
    await client.delete(kinds.Token, keyOf(token)).catch(() => undefined);
    throw error;
  }
  return { token, secret };
}

/** A time from "90d", from a time, or "never"; undefined where a text is none of them. */
export function readExpiry(text: string, now: number): string | undefined {
  if (text === "never") return text;
  const lifetime = parseDuration(text);
  if (lifetime !== undefined) return formatTimestamp(now + lifetime);
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? parseTimestamp(text) : undefined;
  return at === undefined ? undefined : formatTimestamp(at);
}

/** A kubeconfig with a token. `cluster`: how the server is reached, in a kubeconfig's words. */
export function tokenKubeconfig(
  { token, secret }: IssuedToken,
  cluster: Readonly<Record<string, unknown>>,
  namespace: string | undefined,
): string {
  const user = token.metadata.name ?? "";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "plush", cluster }],
    users: [{ name: user, user: { token: secret } }],
    contexts: [{ name: "plush", context: { cluster: "plush", user, namespace: namespace ?? "default" } }],
    "current-context": "plush",
  };
  return JSON.stringify(config, null, 2);
}

function tokenObject({ name, spec }: TokenRequest): KubeObject {
  return Object.assign({ apiVersion: apiVersionOf(kinds.Token), kind: kinds.Token.kind, metadata: { name } }, { spec });
}

/** Throws NotFound where there is no such role: a binding may name one all the same. */
async function checkRole(client: ApiClient, name: string): Promise<void> {
  try {
    await client.get(kinds.ClusterRole, { namespace: "", name });
  } catch (error) {
    // Who may give a role need not be allowed to read it.
    if (!isReason(error, "Forbidden")) throw error;
  }
}

function subjectOf({ name, spec }: TokenRequest): object {
  if (spec.serviceAccount !== undefined) return { kind: "ServiceAccount", ...spec.serviceAccount };
  return { kind: "User", apiGroup: rbacGroup, name: spec.user ?? name };
}

/** Gives the role to the token's subject. */
async function createBinding(
  client: ApiClient,
  request: TokenRequest,
  owner: Token | undefined,
  dryRun: boolean,
): Promise<void> {
  const { name, role = "", namespace } = request;
  const kind: KindInfo = namespace === undefined ? kinds.ClusterRoleBinding : kinds.RoleBinding;
  const reference = { apiVersion: apiVersionOf(kinds.Token), kind: "Token", name, uid: owner?.metadata.uid ?? "" };
  const binding = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      generateName: `token-${name}-`,
      ...(namespace !== undefined && { namespace }),
      ...(owner !== undefined && { ownerReferences: [reference] }),
    },
    roleRef: { apiGroup: rbacGroup, kind: "ClusterRole", name: role },
    subjects: [subjectOf(request)],
  };
  await client.create(kind, binding, { ...written, dryRun });
}
