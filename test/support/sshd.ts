import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An SSH server of this computer's own on a loopback port, for the user who runs the tests. */
export interface TestSshd {
  readonly port: number;
  readonly user: string;
  /** OpenSSH text of the key that may log in. */
  readonly privateKey: string;
  /** SHA256 fingerprint of the host key, and its line for known_hosts. */
  readonly hostKey: string;
  readonly knownHosts: string;
  readonly directory: string;
  stop(): Promise<void>;
}

const program = "/usr/sbin/sshd";
const keygen = "/usr/bin/ssh-keygen";

/** Why tests that need it are left out, or undefined. */
export function missingSshd(): string | undefined {
  if (!existsSync(program)) return "sshd is not installed";
  return process.getuid?.() === 0 ? undefined : "sshd needs root";
}

/** `options` are further lines of its configuration: "AllowStreamLocalForwarding no". */
export async function startSshd(options: readonly string[] = []): Promise<TestSshd> {
  const directory = await mkdtemp(join(tmpdir(), "plush-sshd-"));
  const hostKeyFile = makeKey(directory, "host");
  const userKeyFile = makeKey(directory, "user");
  const authorized = join(directory, "authorized_keys");
  await writeFile(authorized, await readFile(`${userKeyFile}.pub`));
  await chmod(authorized, 0o600);
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const port = await freePort();
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${hostKeyFile}`,
    `AuthorizedKeysFile ${authorized}`,
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    "PermitRootLogin prohibit-password",
    ...options,
  ];
  const config = join(directory, "sshd_config");
  await writeFile(config, `${settings.join("\n")}\n`);
  const child = spawn(program, ["-D", "-e", "-f", config], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await answers(port);
  const publicKey = (await readFile(`${hostKeyFile}.pub`, "utf8")).split(" ").slice(0, 2).join(" ");
  return {
    port,
    user: "root",
    privateKey: await readFile(userKeyFile, "utf8"),
    hostKey: execFileSync(keygen, ["-lf", `${hostKeyFile}.pub`], { encoding: "utf8" }).split(" ")[1] ?? "",
    knownHosts: `[127.0.0.1]:${port} ${publicKey}\n`,
    directory,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function makeKey(directory: string, name: string): string {
  const path = join(directory, name);
  execFileSync(keygen, ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
  return path;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("close", () => {});
      socket.once("connect", () => socket.destroy());
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("sshd does not answer");
}
