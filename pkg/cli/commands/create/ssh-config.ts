import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostEntry, InventoryMachines } from "../../../inventory/index.ts";
import { UsageError } from "../../usage-error.ts";

/** How OpenSSH would reach a host: the output of `ssh -G HOST`, its keys in lower case. */
export type Resolve = (host: string) => string;

const asSsh =
  (file: string): Resolve =>
  (host) =>
    execFileSync("ssh", ["-F", file, "-G", "--", host], { encoding: "utf8" });

/**
 * Hosts of an ssh_config by a pattern with * and ?, each as `ssh` itself would reach it. UsageError where there is none, or
 * where they need more than one key or way through other hosts: that is a pool each.
 */
export function readSshConfig(
  pattern: string,
  home: string,
  { file = join(home, ".ssh/config"), resolve = asSsh(file) }: { file?: string; resolve?: Resolve } = {},
): InventoryMachines & { readonly jump?: string } {
  const names = hostNames(file).filter((name) => matches(pattern, name));
  if (names.length === 0) throw new UsageError(`--from-ssh-config ${pattern}: no Host of ${file} is called so`);
  const settings = names.map((name) => ({ name, ...settingsOf(resolve(name)) }));
  const one = (what: string, values: readonly (string | undefined)[]): string | undefined => {
    const [value, ...more] = [...new Set(values)];
    if (more.length === 0) return value;
    throw new UsageError(
      `--from-ssh-config ${pattern}: these hosts differ in ${what}: ${[value, ...more].map((it) => it ?? "none").join(", ")}; make a pool of each`,
    );
  };
  const users = [...new Set(settings.map(({ user }) => user))];
  const jump = one(
    "ProxyJump",
    settings.map(({ proxyjump }) => proxyjump),
  );
  const keyFile = one(
    "IdentityFile",
    settings.map(({ identityfile }) => identityfile),
  );
  return {
    entries: settings.map((host) => entryOf(host, users.length > 1)),
    ...(users.length === 1 && users[0] !== undefined && { user: users[0] }),
    ...(keyFile !== undefined && { keyFile: keyFile.replace(/^~(?=\/)/, home) }),
    ...(jump !== undefined && { jump }),
    sudo: false,
  };
}

interface Settings {
  readonly hostname?: string;
  readonly user?: string;
  readonly port?: string;
  readonly identityfile?: string;
  readonly proxyjump?: string;
}

/** The first of each key counts: ssh tries keys in their order. */
function settingsOf(text: string): Settings {
  const found: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, key = "", value = ""] = /^(\S+) (.+)$/.exec(line) ?? [];
    if (value !== "none") found[key] ??= value;
  }
  return found;
}

function entryOf(
  { name, hostname = name, port, user }: Settings & { readonly name: string },
  withUser: boolean,
): HostEntry {
  const own = name.toLowerCase();
  const ssh = {
    ...(withUser && user !== undefined && { user }),
    ...(port !== undefined && port !== "22" && { port: Number(port) }),
  };
  return {
    address: hostname,
    ...(own !== hostname && { name: own }),
    ...(Object.keys(ssh).length > 0 && { ssh }),
  };
}

/** Names without wildcards that stand after Host. */
function hostNames(file: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`--from-ssh-config: ${file} cannot be read`);
  }
  const lines = text.matchAll(/^\s*host(?:\s+|\s*=\s*)(.+)$/gim);
  const names = [...lines].flatMap(([, words = ""]) => words.replace(/#.*/, "").trim().split(/\s+/));
  return [...new Set(names.filter((name) => /^[\w.-]+$/.test(name)))];
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}
