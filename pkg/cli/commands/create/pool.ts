import { type KubeObject, kinds } from "../../../api/index.ts";
import type { InventoryMachines } from "../../../inventory/index.ts";
import { type ApplyWord, applyWord } from "../../../manifests/index.ts";
import { isReason } from "../../../status/index.ts";
import { fieldManager } from "../../apply/check-set.ts";
import type { Command, Invocation } from "../../command.ts";
import { objectName } from "../../kind-names.ts";
import { UsageError } from "../../usage-error.ts";
import { suffixOf } from "../apply.ts";
import { printWritten } from "../print-written.ts";
import { readHosts, readPlace } from "./hosts.ts";
import { watchPool } from "./pool-progress.ts";
import { readAnsibleInventory } from "./read-inventory.ts";
import { readSshKey, secretContent, sshAuthType } from "./secrets.ts";
import { readSshConfig } from "./ssh-config.ts";
import { createFlags, nameOf, namespaceFor, newObject } from "./write-new.ts";

const defaultTimeoutMs = 180_000;

export const createPool: Command = {
  usage: "create pool NAME --hosts LIST|FILE --user USER --identity FILE, or from what knows them",
  summary: "Makes a pool of machines, and shows how each of them comes up.",
  flags: [
    {
      name: "hosts",
      type: "texts",
      value: "LIST|FILE",
      help: "[USER@]ADDRESS[:PORT],… with patterns such as 10.0.0.[1-50], or a file with one a line",
    },
    {
      name: "from-ansible",
      type: "text",
      value: "INVENTORY[:GROUP]",
      help: "machines, users, ports and keys of an Ansible inventory (INI or YAML); groups become labels",
    },
    {
      name: "from-ssh-config",
      type: "text",
      value: "PATTERN",
      help: "hosts of ~/.ssh/config by name, reached as ssh reaches them",
    },
    { name: "user", type: "text", value: "NAME", help: "user to log in as" },
    { name: "port", type: "number", help: "SSH port (default 22)" },
    { name: "sudo", type: "switch", help: "run the agent as root, by sudo without a password" },
    { name: "identity", type: "text", value: "FILE", help: "private key; it is stored as the Secret NAME-key" },
    { name: "passphrase-file", type: "text", value: "FILE", help: "the key's passphrase, where it has one" },
    { name: "jump", type: "text", value: "[USER@]HOST[:PORT],…", help: "hosts to go through" },
    { name: "local", type: "number", help: "instead of --hosts: so many machines made on the server's computer" },
    { name: "wait", type: "switch", help: "until every machine is ready or has failed (default true)" },
    { name: "timeout", type: "duration", help: "stop waiting after so long (default 3m)" },
    ...createFlags,
  ],
  examples: [
    'plush create pool lab --hosts "10.0.0.[1-10]" --user ubuntu --sudo --identity ~/.ssh/id_ed25519',
    "plush create pool lab --hosts hosts.txt --user me --identity key --dry-run=client -o yaml",
    "plush create pool web --from-ansible inventory.ini:webservers",
    "plush create pool lab --from-ssh-config 'lab-*' --sudo",
    "plush create pool here --local 4",
  ],
  async run(call) {
    const name = nameOf(call);
    const objects = await poolObjects(call, name);
    const dryRun = call.args.text("dry-run") ?? "none";
    const written = await writeAll(call, objects, dryRun);
    if (call.args.has("output")) await printWritten(call, written);
    else
      for (const { kind, object, word } of written)
        call.terminal.out(`${objectName(kind, object.metadata.name ?? "")} ${word}${suffixOf(dryRun)}`);
    if (dryRun !== "none" || !call.args.on("wait", true)) return 0;
    return watchPool(call, name, call.args.duration("timeout") ?? defaultTimeoutMs);
  },
};

interface PoolObject {
  readonly kind: typeof kinds.Secret | typeof kinds.ResourcePool;
  readonly object: KubeObject;
}

interface WrittenObject extends PoolObject {
  /** A pool that is there is changed, which may take machines out of it: that must not be called creating. */
  readonly word: ApplyWord;
}

/** The Secret comes first: the pool refers to it. */
async function poolObjects(call: Invocation, name: string): Promise<readonly PoolObject[]> {
  const count = call.args.number("local");
  if (count !== undefined) {
    if (count < 1) throw new UsageError("--local says how many, 1 or more");
    return [
      {
        kind: kinds.ResourcePool,
        object: newObject(kinds.ResourcePool, "", name, { spec: { provider: { local: { count } } } }),
      },
    ];
  }
  const machines = machinesOf(call);
  const namespace = await namespaceFor(call);
  const secret = `${name}-key`;
  const key = identityOf(call, machines);
  const ssh = {
    ...sshSettings(call, machines),
    ...(key !== undefined && { identity: { secretRef: { namespace, name: secret } } }),
  };
  const pool = newObject(kinds.ResourcePool, "", name, {
    spec: { provider: { static: { hosts: machines.entries } }, ssh },
  });
  return [
    ...(key === undefined
      ? []
      : [{ kind: kinds.Secret, object: newObject(kinds.Secret, namespace, secret, secretContent(sshAuthType, key)) }]),
    { kind: kinds.ResourcePool, object: pool },
  ];
}

/** From the one source that is named. */
function machinesOf({ args, env }: Invocation): InventoryMachines & { readonly jump?: string } {
  const sources = ["hosts", "from-ansible", "from-ssh-config"].filter((name) => args.has(name));
  const [source, another] = sources;
  if (another !== undefined) throw new UsageError(`--${source} and --${another}: the machines come from one of them`);
  const inventory = args.text("from-ansible");
  if (inventory !== undefined) return readAnsibleInventory(inventory);
  const pattern = args.text("from-ssh-config");
  if (pattern !== undefined) return readSshConfig(pattern, env["HOME"] ?? "/");
  const entries = args.texts("hosts").flatMap(readHosts);
  if (entries.length > 0) return { entries, sudo: false };
  throw new UsageError("--hosts names the machines, or --local N makes some on this computer");
}

function identityOf(call: Invocation, { keyFile }: InventoryMachines): ReadonlyMap<string, Buffer> | undefined {
  const file = call.args.text("identity") ?? keyFile;
  if (file === undefined) throw new UsageError("--identity names the private key to log in with");
  if (file === "agent") throw new UsageError("--identity agent: the server asks no SSH agent; give a key of its own");
  return readSshKey(file, call.args.text("passphrase-file"));
}

function sshSettings(call: Invocation, machines: ReturnType<typeof machinesOf>): object {
  const user = call.args.text("user") ?? machines.user;
  const isNamed = user !== undefined || machines.entries.every(({ ssh }) => ssh?.user !== undefined);
  if (!isNamed) throw new UsageError("--user says who to log in as");
  const port = call.args.number("port");
  const jump = (call.args.text("jump") ?? machines.jump ?? "").split(",").filter((part) => part !== "");
  return {
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port }),
    ...(call.args.on("sudo", machines.sudo) && { sudo: true }),
    ...(jump.length > 0 && { jump: jump.map(readPlace) }),
  };
}

/** Applied, so that the same command with another list changes the pool; nothing is written where the pool is refused. */
async function writeAll(
  call: Invocation,
  objects: readonly PoolObject[],
  dryRun: string,
): Promise<readonly WrittenObject[]> {
  if (dryRun === "client") return objects.map((each) => ({ ...each, word: "created" }));
  const client = await call.session.client();
  const apply = async ({ kind, object }: PoolObject, dry: boolean): Promise<WrittenObject> => {
    const key = { namespace: object.metadata.namespace ?? "", name: object.metadata.name ?? "" };
    const before = await client.get<KubeObject>(kind, key).catch((error: unknown) => {
      if (isReason(error, "NotFound")) return undefined;
      throw error;
    });
    const options = { fieldManager, force: true, fieldValidation: "Strict" as const, dryRun: dry };
    const after = await client.patch<KubeObject>(kind, key, { type: "apply", body: object }, options);
    return { kind, object: after, word: applyWord(before, after) };
  };
  for (const each of objects) await apply(each, true);
  const written: WrittenObject[] = [];
  for (const each of objects) written.push(await apply(each, dryRun === "server"));
  return written;
}
