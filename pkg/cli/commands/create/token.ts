import { type KindInfo, type KubeObject, keyOf, kinds, type Token } from "../../../api/index.ts";
import type { HttpClient } from "../../../client/index.ts";
import { formatTimestamp, parseDuration, parseTimestamp } from "../../../clock/index.ts";
import { isReason, StatusError } from "../../../status/index.ts";
import type { Arguments } from "../../arguments.ts";
import type { Command, Invocation } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { printWritten } from "../print-written.ts";
import { rbacGroup, readServiceAccount } from "./subjects.ts";
import { tellReach } from "./token-reach.ts";
import { nameOf, newObject } from "./write-new.ts";

export const createToken: Command = {
  usage: "create token NAME [--role ROLE] [-n NAMESPACE | --cluster] [--expires 90d]",
  summary: "Makes a credential for somebody else, and prints a kubeconfig to hand over.",
  flags: [
    {
      name: "role",
      type: "text",
      value: "ROLE",
      help: "what it may do: view, edit, admin, cluster-admin or a ClusterRole of yours; without: what the user may do already",
    },
    { name: "cluster", type: "switch", help: "in all namespaces, instead of one (-n)" },
    { name: "user", type: "text", value: "NAME", help: "whom it stands for (default: NAME)" },
    { name: "group", type: "texts", value: "NAME", help: "a group that the user is in" },
    { name: "serviceaccount", type: "text", value: "NAMESPACE:NAME", help: "the service account that it stands for" },
    { name: "expires", type: "text", value: "WHEN", help: "90d (default), 12h, 2030-01-31T00:00:00Z, never" },
    {
      name: "output",
      short: "o",
      type: "text",
      choices: ["kubeconfig", "token", "json", "yaml"],
      value: "FORMAT",
      help: "what is printed (default kubeconfig)",
    },
  ],
  examples: [
    "plush create token alice --role edit -n demo > alice.kubeconfig",
    "plush create token ci --serviceaccount demo:ci --expires 30d -o token",
    "plush create token dashboard --role view --cluster",
  ],
  run: runCreate,
};

interface Wanted {
  readonly token: KubeObject;
  readonly role: string | undefined;
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly subject: object;
}

async function runCreate(call: Invocation): Promise<number> {
  const wanted = await readWanted(call);
  const client = await call.session.client();
  const options = { fieldManager: "plush-create", fieldValidation: "Strict" } as const;
  // Whether both can be made is found out before there is a token.
  await client.create(kinds.Token, wanted.token, { ...options, dryRun: true });
  if (wanted.role !== undefined) await checkRole(client, wanted.role);
  if (wanted.role !== undefined) await createBinding(client, wanted, undefined, true);
  const made = await client.create<Token>(kinds.Token, wanted.token, {
    ...options,
    onWarning: (text) => call.terminal.warn(text),
  });
  const secret = made.status?.token;
  if (secret === undefined) throw new StatusError("InternalError", "the server did not tell the token's secret");
  try {
    if (wanted.role !== undefined) await createBinding(client, wanted, made, false);
  } catch (error) {
    // A credential that can do nothing, and that nobody holds, is of no use.
    await client.delete(kinds.Token, keyOf(made)).catch(() => undefined);
    throw error;
  }
  await printToken(call, made, secret, wanted);
  await tellReach(call, { token: made, secret, namespace: wanted.namespace, role: wanted.role });
  return 0;
}

async function readWanted(call: Invocation): Promise<Wanted> {
  const { args } = call;
  const name = nameOf(call);
  const role = args.text("role");
  const cluster = args.on("cluster");
  if (cluster && args.has("namespace")) throw new UsageError("--cluster is all namespaces: it goes without -n");
  if (role === "cluster-admin" && !cluster) throw new UsageError("--role cluster-admin goes with --cluster");
  const account = args.text("serviceaccount");
  if (account !== undefined && (args.has("user") || args.has("group")))
    throw new UsageError("--serviceaccount goes without --user and --group");
  const user = args.text("user") ?? name;
  const groups = args.texts("group");
  const subject = account === undefined ? undefined : readServiceAccount(account);
  const expires = readExpiry(args, call.clock.now());
  const spec = {
    ...(subject === undefined ? { user, ...(groups.length > 0 && { groups }) } : { serviceAccount: subject }),
    ...(expires !== undefined && { expires }),
  };
  return {
    token: newObject(kinds.Token, "", name, { spec }),
    role,
    namespace: cluster ? undefined : await call.session.namespace(),
    subject:
      subject === undefined
        ? { kind: "User", apiGroup: rbacGroup, name: user }
        : { kind: "ServiceAccount", ...subject },
  };
}

/** A time from a duration or a time; undefined where nothing is said. */
function readExpiry(args: Arguments, now: number): string | undefined {
  const text = args.text("expires");
  if (text === undefined || text === "never") return text;
  const lifetime = parseDuration(text);
  if (lifetime !== undefined) return formatTimestamp(now + lifetime);
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? parseTimestamp(text) : undefined;
  if (at === undefined)
    throw new UsageError(`--expires: ${JSON.stringify(text)} is neither 90d, nor a time, nor never`);
  return formatTimestamp(at);
}

/** Throws NotFound where there is no such role: a binding may name one all the same. */
async function checkRole(client: HttpClient, name: string): Promise<void> {
  try {
    await client.get(kinds.ClusterRole, { namespace: "", name });
  } catch (error) {
    // Who may give a role need not be allowed to read it.
    if (!isReason(error, "Forbidden")) throw error;
  }
}

/** Gives the role to the token's subject; the binding goes when the token goes. */
async function createBinding(
  client: HttpClient,
  { role = "", namespace, subject, token }: Wanted,
  owner: Token | undefined,
  dryRun: boolean,
): Promise<void> {
  const kind: KindInfo = namespace === undefined ? kinds.ClusterRoleBinding : kinds.RoleBinding;
  const { name = "" } = token.metadata;
  const reference = { apiVersion: "plush.dev/v1", kind: "Token", name, uid: owner?.metadata.uid ?? "" };
  const binding = Object.assign(newObject(kind, namespace ?? "", "", {}), {
    metadata: {
      generateName: `token-${name}-`,
      ...(namespace !== undefined && { namespace }),
      ...(owner !== undefined && { ownerReferences: [reference] }),
    },
    roleRef: { apiGroup: rbacGroup, kind: "ClusterRole", name: role },
    subjects: [subject],
  });
  await client.create(kind, binding, { dryRun, fieldManager: "plush-create", fieldValidation: "Strict" });
}

async function printToken(call: Invocation, made: Token, secret: string, { namespace }: Wanted): Promise<void> {
  const format = call.args.text("output") ?? "kubeconfig";
  if (format === "token") return call.terminal.out(secret);
  if (format !== "kubeconfig") return printWritten(call, [{ kind: kinds.Token, object: made }]);
  const { connection } = await call.session.configuration();
  const { server, ca, serverName, insecure } = connection;
  const user = made.metadata.name ?? "";
  const cluster = {
    server,
    ...(ca !== undefined && { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
    ...(serverName !== undefined && { "tls-server-name": serverName }),
    ...(insecure === true && { "insecure-skip-tls-verify": true }),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "plush", cluster }],
    users: [{ name: user, user: { token: secret } }],
    contexts: [{ name: "plush", context: { cluster: "plush", user, namespace: namespace ?? "default" } }],
    "current-context": "plush",
  };
  call.terminal.out(JSON.stringify(config, null, 2));
}
