import { mkdir, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import type { GitCredentials } from "./credentials.ts";
import type { GitAddress } from "./git-address.ts";

export interface GitHomeInput {
  readonly address: GitAddress;
  /** The one address of the host that was found fit to be dialled; absent of a file. */
  readonly dialled?: string;
  readonly credentials: GitCredentials;
}

/** Where programs of the system are. */
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Writes a home for one run of git below an empty directory that is the server's alone: settings, and files with the
 * credentials, which so are in no argument and no environment. Answers the environment that leads git there; nothing
 * of the server's own environment, nor of the system's settings, is part of it.
 */
export async function makeGitHome(directory: string, input: GitHomeInput): Promise<Record<string, string>> {
  const path = (name: string): string => join(directory, name);
  await mkdir(path("template"), { mode: 0o700 });
  const { credentials } = input;
  const write = (name: string, text: string, mode = 0o600): Promise<void> => writeFile(path(name), text, { mode });
  await write("gitconfig", gitConfig(input));
  await write("askpass", askPass, 0o700);
  await write("ssh", '#!/bin/sh\nexec ssh -F "$HOME/ssh_config" "$@"\n', 0o700);
  await write("ssh_config", sshConfig(input, directory));
  if (credentials.kind === "login") {
    await write("username", credentials.username);
    await write("password", credentials.password);
  }
  if (credentials.kind === "ssh") {
    await write("key", `${credentials.privateKey.trimEnd()}\n`);
    await write("known_hosts", `${(credentials.knownHosts ?? "").trimEnd()}\n`);
    if (credentials.passphrase !== undefined) await write("passphrase", credentials.passphrase);
  }
  return {
    PATH: systemPath,
    HOME: directory,
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: path("gitconfig"),
    GIT_TEMPLATE_DIR: path("template"),
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    ...(credentials.kind === "login" && { GIT_ASKPASS: path("askpass") }),
    GIT_SSH: path("ssh"),
    GIT_SSH_VARIANT: "ssh",
    // git would take it for its own as well.
    ...(credentials.kind === "ssh" && { SSH_ASKPASS: path("askpass"), SSH_ASKPASS_REQUIRE: "force" }),
  };
}

/** Asked for a name, a password or a key's passphrase, it prints what is there; nothing, where that is not. */
const askPass = `#!/bin/sh
case "$1" in
  Username*) name=username ;;
  Password*) name=password ;;
  *passphrase*) name=passphrase ;;
  *) exit 1 ;;
esac
exec cat "$HOME/$name" 2>/dev/null
`;

function gitConfig({ address, dialled, credentials }: GitHomeInput): string {
  const lines = [
    "[protocol]",
    "allow = never",
    `[protocol "${address.scheme}"]`,
    "allow = always",
    "[core]",
    "hooksPath = /dev/null",
    "[gc]",
    "auto = 0",
    "[maintenance]",
    "auto = false",
    "[credential]",
    "helper =",
    "[http]",
    // Whoever is redirected to was not judged.
    "followRedirects = false",
    "lowSpeedLimit = 1",
    "lowSpeedTime = 30",
    ...(dialled !== undefined && isIP(address.host) === 0
      ? [`curloptResolve = ${quoted(`${address.host}:${address.port}:${bracketed(dialled)}`)}`]
      : []),
    ...(credentials.kind === "token" ? [`extraHeader = ${quoted(`Authorization: Bearer ${credentials.token}`)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function sshConfig({ address, dialled, credentials }: GitHomeInput, directory: string): string {
  const file = (name: string): string => `"${join(directory, name)}"`;
  const known = credentials.kind === "ssh" && credentials.knownHosts !== undefined;
  const isLocked = credentials.kind === "ssh" && credentials.passphrase !== undefined;
  const lines = [
    "Host *",
    ...(dialled === undefined ? [] : [`HostName ${dialled}`]),
    // The key is the name's, whichever of its addresses is dialled.
    `HostKeyAlias ${aliasOf(address)}`,
    `IdentityFile ${file("key")}`,
    "IdentitiesOnly yes",
    "IdentityAgent none",
    `UserKnownHostsFile ${file("known_hosts")}`,
    "GlobalKnownHostsFile /dev/null",
    `StrictHostKeyChecking ${known ? "yes" : "accept-new"}`,
    `BatchMode ${isLocked ? "no" : "yes"}`,
    "NumberOfPasswordPrompts 1",
    "PreferredAuthentications publickey",
    "ForwardAgent no",
    "ClearAllForwardings yes",
    "ControlMaster no",
    "ConnectTimeout 15",
    "ServerAliveInterval 15",
    "LogLevel ERROR",
  ];
  return `${lines.join("\n")}\n`;
}

/** As known_hosts names a host: with its port where that is another one than 22. */
function aliasOf({ host, port }: GitAddress): string {
  return port === 22 || port === 0 ? host || "none" : `[${host}]:${port}`;
}

function bracketed(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address;
}

/** As a value in git's settings. */
function quoted(text: string): string {
  return `"${text.replace(/[\r\n]/g, "").replace(/["\\]/g, "\\$&")}"`;
}
