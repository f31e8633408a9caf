import { isDnsLabel, type KubeObject } from "../../api/index.ts";
import type { HostEntry } from "../../inventory/index.ts";
import { base64 } from "./ssh-key.ts";

/** What the form says. */
export interface PoolForm {
  readonly name: string;
  readonly entries: readonly HostEntry[];
  /** Whether the machines have more to them than one line of a list can say. */
  readonly form: "list" | "lines" | "inventory";
  readonly user: string;
  readonly port: string;
  readonly sudo: boolean;
  readonly privateKey: string;
  readonly passphrase: string;
}

export type FormProblem = "name" | "hosts" | "user" | "port" | "key" | "publicKey" | "passphrase";

/** What is missing or wrong, in the order of the form. */
export function problemsOf(form: PoolForm): readonly FormProblem[] {
  const problems: FormProblem[] = [];
  if (form.entries.length === 0) problems.push("hosts");
  if (!isDnsLabel(form.name)) problems.push("name");
  if (form.user === "" && form.entries.some(({ ssh }) => ssh?.user === undefined)) problems.push("user");
  const port = Number(form.port);
  if (form.port !== "" && !(Number.isInteger(port) && port > 0 && port < 65_536)) problems.push("port");
  if (/^(ssh|ecdsa)-/.test(form.privateKey.trim())) problems.push("publicKey");
  else if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(form.privateKey)) problems.push("key");
  else if (form.passphrase === "" && /\bENCRYPTED\b/.test(form.privateKey)) problems.push("passphrase");
  return problems;
}

const keyNamespace = "default";
export const keyName = (pool: string): string => `${pool}-key`;

/** The Secret and the pool, as `plush create pool` makes them. */
export function poolObjects(form: PoolForm): { readonly secret: KubeObject; readonly pool: KubeObject } {
  const { name, entries, user, port, sudo, privateKey, passphrase } = form;
  const data = {
    "ssh-privatekey": base64(`${privateKey.trim()}\n`),
    ...(passphrase !== "" && { passphrase: base64(passphrase) }),
  };
  const ssh = {
    ...(user !== "" && { user }),
    ...(port !== "" && { port: Number(port) }),
    ...(sudo && { sudo }),
    identity: { secretRef: { namespace: keyNamespace, name: keyName(name) } },
  };
  return {
    secret: object(
      "v1",
      "Secret",
      { name: keyName(name), namespace: keyNamespace },
      { type: "kubernetes.io/ssh-auth", data },
    ),
    pool: object("plush.dev/v1", "ResourcePool", { name }, { spec: { provider: { static: { hosts: entries } }, ssh } }),
  };
}

export function localPool(name: string, count: number): KubeObject {
  return object("plush.dev/v1", "ResourcePool", { name }, { spec: { provider: { local: { count } } } });
}

function object(apiVersion: string, kind: string, metadata: object, content: object): KubeObject {
  return { apiVersion, kind, metadata, ...content };
}

/** Names that the command is given for what stands in files. */
export const files = {
  key: "machines.key",
  lines: "hosts.txt",
  inventory: "inventory.ini",
  passphrase: "passphrase.txt",
} as const;

/** What `plush` is called with to make the same pool; the key is in a file there. */
export function createPoolCommand(form: PoolForm): readonly string[] {
  const { name, user, port, sudo, passphrase } = form;
  return [
    ...["create", "pool", name],
    ...sourceOf(form),
    ...(user === "" ? [] : ["--user", user]),
    ...(port === "" ? [] : ["--port", port]),
    ...(sudo ? ["--sudo"] : []),
    ...["--identity", files.key],
    ...(passphrase === "" ? [] : ["--passphrase-file", files.passphrase]),
  ];
}

function sourceOf({ form, entries }: PoolForm): readonly string[] {
  if (form === "inventory") return ["--from-ansible", files.inventory];
  if (form === "lines" && entries.some(({ name, labels }) => name !== undefined || labels !== undefined))
    return ["--hosts", files.lines];
  return ["--hosts", entries.map(placeOf).join(",")];
}

function placeOf({ address, ssh }: HostEntry): string {
  const host = address.includes(":") && ssh?.port !== undefined ? `[${address}]` : address;
  return `${ssh?.user === undefined ? "" : `${ssh.user}@`}${host}${ssh?.port === undefined ? "" : `:${ssh.port}`}`;
}
