import { kinds, type TokenSpec } from "../../../api/index.ts";
import {
  type IssuedToken,
  issueToken,
  readExpiry,
  type TokenRequest,
  tokenKubeconfig,
} from "../../../operations/index.ts";
import type { Arguments } from "../../arguments.ts";
import type { Command, Invocation } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { printWritten } from "../print-written.ts";
import { readServiceAccount } from "./subjects.ts";
import { tellReach } from "./token-reach.ts";
import { nameOf } from "./write-new.ts";

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

async function runCreate(call: Invocation): Promise<number> {
  const request = await readRequest(call);
  const onWarning = (text: string): void => call.terminal.warn(text);
  const issued = await issueToken(await call.session.client(), request, { onWarning });
  if (issued === undefined) return 0;
  await printToken(call, issued, request);
  await tellReach(call, { ...issued, namespace: request.namespace, role: request.role });
  return 0;
}

async function readRequest(call: Invocation): Promise<TokenRequest> {
  const { args } = call;
  const name = nameOf(call);
  const role = args.text("role");
  const cluster = args.on("cluster");
  if (cluster && args.has("namespace")) throw new UsageError("--cluster is all namespaces: it goes without -n");
  if (role === "cluster-admin" && !cluster) throw new UsageError("--role cluster-admin goes with --cluster");
  const expires = expiryIn(args, call.clock.now());
  const spec = { ...subjectIn(args, name), ...(expires !== undefined && { expires }) };
  return { name, spec, role, namespace: cluster ? undefined : await call.session.namespace() };
}

function subjectIn(args: Arguments, name: string): TokenSpec {
  const account = args.text("serviceaccount");
  const groups = args.texts("group");
  if (account === undefined) return { user: args.text("user") ?? name, ...(groups.length > 0 && { groups }) };
  if (args.has("user") || args.has("group")) throw new UsageError("--serviceaccount goes without --user and --group");
  return { serviceAccount: readServiceAccount(account) };
}

/** Undefined where nothing is said. */
function expiryIn(args: Arguments, now: number): string | undefined {
  const text = args.text("expires");
  if (text === undefined) return undefined;
  const expiry = readExpiry(text, now);
  if (expiry !== undefined) return expiry;
  throw new UsageError(`--expires: ${JSON.stringify(text)} is neither 90d, nor a time, nor never`);
}

async function printToken(call: Invocation, issued: IssuedToken, { namespace }: TokenRequest): Promise<void> {
  const format = call.args.text("output") ?? "kubeconfig";
  if (format === "token") return call.terminal.out(issued.secret);
  if (format !== "kubeconfig") return printWritten(call, [{ kind: kinds.Token, object: issued.token }]);
  const { server, ca, serverName, insecure } = (await call.session.configuration()).connection;
  const cluster = {
    server,
    ...(ca !== undefined && { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
    ...(serverName !== undefined && { "tls-server-name": serverName }),
    ...(insecure === true && { "insecure-skip-tls-verify": true }),
  };
  call.terminal.out(tokenKubeconfig(issued, cluster, namespace));
}
