import { type KindInfo, type KubeObject, kinds } from "../../../api/index.ts";
import { isReason } from "../../../status/index.ts";
import type { Command, Invocation } from "../../command.ts";
import { objectName } from "../../kind-names.ts";
import { UsageError } from "../../usage-error.ts";
import { printWritten } from "../print-written.ts";
import { rbacGroup } from "./subjects.ts";
import { createFlags, nameOf, namespaceFor, newObject, writeNew } from "./write-new.ts";

const refFlags = ["branch", "tag", "commit", "semver"] as const;

export const createSync: Command = {
  usage: "create sync NAME --url URL [--branch NAME|--tag NAME|--commit HEX|--semver RANGE] [--path FOLDER]",
  summary: "Has the manifests of a repository applied, with the rights of an account of its own.",
  flags: [
    { name: "url", type: "text", value: "URL", help: "the repository: https, or ssh" },
    { name: "branch", type: "text", value: "NAME", help: "what a branch is at" },
    { name: "tag", type: "text", value: "NAME", help: "what a tag is of" },
    { name: "commit", type: "text", value: "HEX", help: "this very commit" },
    { name: "semver", type: "text", value: "RANGE", help: "the newest tag in a range of versions: 1.x" },
    { name: "path", type: "text", value: "FOLDER", help: "folder of the manifests (default: all of it)" },
    { name: "interval", type: "text", value: "DURATION", help: "how often it is asked (default 60s)" },
    { name: "secret", type: "text", value: "NAME", help: "the Secret with the credentials of the repository" },
    {
      name: "webhook-secret",
      type: "text",
      value: "NAME",
      help: "the Secret whose key hmac signs what tells of pushes",
    },
    {
      name: "service-account",
      type: "text",
      value: "NAME",
      help: "an account that is there (default: NAME-sync is made)",
    },
    {
      name: "role",
      type: "text",
      value: "ROLE",
      help: "what the account that is made may do: edit (default), admin, a ClusterRole",
    },
    { name: "cluster", type: "switch", help: "and may do it in all namespaces" },
    {
      name: "drift",
      type: "text",
      choices: ["Heal", "Report"],
      value: "WORD",
      help: "what is done about changes by hand",
    },
    { name: "no-prune", type: "switch", help: "leave what the repository has no longer" },
    ...createFlags,
  ],
  examples: [
    "plush create sync site --url https://git.example/site.git --branch main --path clusters/lab",
    "plush create sync base --url git@git.example:base.git --secret deploy-key --role cluster-admin --cluster",
  ],
  run: runCreate,
};

async function runCreate(call: Invocation): Promise<number> {
  const { args } = call;
  const name = nameOf(call);
  const url = args.text("url");
  if (url === undefined) throw new UsageError("--url names the repository");
  const refs = refFlags.filter((flag) => args.has(flag));
  if (refs.length > 1) throw new UsageError(`only one of ${refFlags.map((flag) => `--${flag}`).join(", ")}`);
  const namespace = await namespaceFor(call);
  const given = args.text("service-account");
  if (given !== undefined && (args.has("role") || args.on("cluster")))
    throw new UsageError("--role and --cluster are of an account that is made: leave --service-account out");
  const account = given ?? `${name}-sync`;
  const objects = [
    ...(given === undefined ? accountObjects(call, namespace, account) : []),
    syncObject(call, { namespace, name, url, account }),
  ];
  await writeAll(call, objects);
  return 0;
}

type Made = readonly [KindInfo, KubeObject];

function accountObjects({ args }: Invocation, namespace: string, account: string): readonly Made[] {
  const roleRef = { apiGroup: rbacGroup, kind: "ClusterRole", name: args.text("role") ?? "edit" };
  const subjects = [{ kind: "ServiceAccount", namespace, name: account }];
  const binding = args.on("cluster") ? kinds.ClusterRoleBinding : kinds.RoleBinding;
  // Bindings of all namespaces have one name space.
  const name = args.on("cluster") ? `${namespace}-${account}` : account;
  return [
    [kinds.ServiceAccount, newObject(kinds.ServiceAccount, namespace, account, {})],
    [binding, newObject(binding, namespace, name, { roleRef, subjects })],
  ];
}

function syncObject(
  { args }: Invocation,
  {
    namespace,
    name,
    url,
    account,
  }: { readonly namespace: string; readonly name: string; readonly url: string; readonly account: string },
): Made {
  const ref = Object.fromEntries(refFlags.flatMap((flag) => (args.has(flag) ? [[flag, args.text(flag)]] : [])));
  const [path, interval, secret, hook, drift] = ["path", "interval", "secret", "webhook-secret", "drift"].map((flag) =>
    args.text(flag),
  );
  const spec = {
    url,
    ...(Object.keys(ref).length > 0 && { ref }),
    ...(path !== undefined && { path: path.replace(/\/+$/, "") || "." }),
    ...(interval !== undefined && { interval }),
    ...(secret !== undefined && { secretRef: { name: secret } }),
    ...(hook !== undefined && { webhook: { secretRef: { name: hook } } }),
    ...(drift !== undefined && { drift }),
    ...(args.on("no-prune") && { prune: false }),
    serviceAccountName: account,
  };
  return [kinds.GitSync, newObject(kinds.GitSync, namespace, name, { spec })];
}

/** What is not good is found out before anything is made; an account or a binding that is there already will do. */
async function writeAll(call: Invocation, objects: readonly Made[]): Promise<void> {
  const dryRun = call.args.text("dry-run") ?? "none";
  if (dryRun === "client") {
    if (call.args.has("output"))
      return printWritten(
        call,
        objects.map(([kind, object]) => ({ kind, object })),
      );
    for (const [kind, object] of objects) await writeNew(call, kind, object);
    return;
  }
  const client = await call.session.client();
  const last = objects.at(-1);
  if (last !== undefined)
    await client.create(...last, { dryRun: true, fieldManager: "plush-create", fieldValidation: "Strict" });
  for (const [kind, object] of objects) {
    try {
      await writeNew(call, kind, object);
    } catch (error) {
      if (!isReason(error, "AlreadyExists") || kind.kind === kinds.GitSync.kind) throw error;
      call.terminal.note(`${objectName(kind, object.metadata.name ?? "")} is there already`);
    }
  }
}
