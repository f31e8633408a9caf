import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "ssh2";
import { findProgram } from "../support/programs.ts";
import type { Testbed } from "../support/testbed.ts";
import { afterwards } from "./afterwards.ts";

const run = promisify(execFile);

/** As many as the other programs are told to have. */
const atOnce = 64;
const connectingAtOnce = 16;

/** A way to run `true` on all hosts of a bed and to know how each of them answered. */
export interface RemoteShell {
  readonly name: string;
  /** Rejects unless all hosts have done it. */
  run(): Promise<void>;
}

/** OpenSSH's client, a process for each host, and ssh2 in this process: a connection for each host and command. */
export function bareShells(bed: Testbed): readonly RemoteShell[] {
  const list = `${bed.hosts.map(({ address }) => address).join("\n")}\n`;
  const options = sshOptions(bed).join(" ");
  const script = `printf '%s' "$1" | xargs -P${connectingAtOnce} -I{} ssh ${options} root@{} true`;
  return [
    { name: "OpenSSH", run: () => quietly("sh", ["-c", script, "sh", list]) },
    { name: "ssh2", run: () => throughSsh2(bed) },
  ];
}

/** What others take for that: a connection for each host and command, or those that `keepConnections` has made. */
export function otherShells(bed: Testbed, isKept: boolean): readonly RemoteShell[] {
  const hosts = bed.hosts.map(({ address }) => address).join(",");
  const options = [...sshOptions(bed), ...(isKept ? keepOptions(bed) : [])].join(" ");
  const pdshEnv = { PDSH_SSH_ARGS_APPEND: options };
  const ansibleEnv = {
    ...{ ANSIBLE_HOST_KEY_CHECKING: "False", ANSIBLE_PIPELINING: "True", HOME: bed.home },
    // Without these it keeps connections of its own accord.
    ANSIBLE_SSH_ARGS: isKept ? options : `${options} -o ControlMaster=no -o ControlPath=none`,
  };
  const ansible = ["all", "-i", `${hosts},`, "-u", "root", "-f", `${atOnce}`, "--private-key", bed.identity];
  // A percent sign is one of clush's own.
  const ofClush = options.replaceAll("%", "%%");
  return [
    shell("clush", ["-S", "-f", `${atOnce}`, "-l", "root", "-o", ofClush, "-w", hosts, "true"]),
    shell("pdsh", ["-S", "-R", "ssh", "-f", `${atOnce}`, "-l", "root", "-w", hosts, "true"], pdshEnv),
    shell("ansible", [...ansible, "-m", "raw", "-a", "true"], ansibleEnv),
  ];
}

function shell(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RemoteShell {
  if (findProgram(name) === undefined) throw new Error(`${name} is not installed: make bench-deps`);
  return { name, run: () => quietly(name, args, env) };
}

async function quietly(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  await run(file, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 24 });
}

function sshOptions(bed: Testbed): readonly string[] {
  return [
    ...["-i", bed.identity, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"],
    ...["-o", "LogLevel=ERROR", "-o", "BatchMode=yes"],
  ];
}

function keepOptions({ home }: Testbed): readonly string[] {
  return ["-o", `ControlPath=${join(home, "kept-%h")}`];
}

/** Has OpenSSH keep a connection to each host, for others to use. What is returned ends them all. */
export async function keepConnections(bed: Testbed): Promise<() => Promise<void>> {
  const options = [...sshOptions(bed), ...keepOptions(bed)];
  const end = afterwards(() =>
    eachHost(bed, async ({ address }) => {
      // Who has no connection to end says so.
      await quietly("ssh", [...options, "-O", "exit", address]).catch(() => undefined);
    }),
  );
  await eachHost(bed, async ({ address }) => {
    // It goes on in the background, and would keep a pipe of ours.
    const child = spawn("ssh", [...options, "-M", "-N", "-f", `root@${address}`], { stdio: "ignore" });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`ssh to ${address} ended with ${code}`);
  });
  return end;
}

async function eachHost(bed: Testbed, task: (host: Testbed["hosts"][number]) => Promise<void>): Promise<void> {
  const waiting = [...bed.hosts];
  const one = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) await task(host);
  };
  await Promise.all(Array.from({ length: connectingAtOnce }, one));
}

function throughSsh2(bed: Testbed): Promise<void> {
  const privateKey = readFileSync(bed.identity);
  return eachHost(bed, ({ address }) => runTrue(address, privateKey));
}

function runTrue(host: string, privateKey: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on("error", reject);
    client.on("ready", () => {
      client.setNoDelay(true);
      client.exec("true", (error, stream) => {
        if (error) return reject(error);
        stream.resume();
        stream.on("close", () => {
          client.end();
          resolve();
        });
      });
    });
    client.connect({
      host,
      username: "root",
      privateKey,
      hostVerifier: () => true,
      algorithms: { kex: ["curve25519-sha256"], cipher: ["aes128-gcm@openssh.com"] },
    });
  });
}
