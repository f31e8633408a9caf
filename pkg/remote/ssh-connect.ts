import type { Duplex } from "node:stream";
import { type Algorithms, Client, type ConnectConfig } from "ssh2";
import { fingerprintOf, type HostKeyPolicy } from "./host-key.ts";
import type { ProbeAnswer } from "./probe-tcp.ts";
import { describeSocketError, RemoteError } from "./remote-error.ts";
import { SshSession } from "./ssh-session.ts";
import { openTcp } from "./tcp.ts";

export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeys: HostKeyPolicy;
  /** OpenSSH or PEM text; `agentSocket` is used where it is absent. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** Path of an SSH agent's socket. */
  readonly agentSocket?: string;
}

export interface SshOptions extends SshTarget {
  /** Hosts to go through, in order. */
  readonly jump: readonly SshTarget[];
  /** For each connection on the way: TCP and handshake. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Awaited once TCP is open, before the costly handshake. */
  readonly onAnswer?: () => Promise<void>;
}

/** A machine that vanishes in the middle of a script is noticed after three of these; beats notice it sooner elsewhere. */
const keepaliveMs = 5000;

/** Cheap on both ends; what old servers need stays at the end of the lists. */
const algorithms: Algorithms = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
  ],
  cipher: [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes256-ctr",
  ],
  compress: ["none"],
};

/** Connects, through the jump hosts where there are any. Rejects with RemoteError. */
export async function connectSsh(options: SshOptions): Promise<SshSession> {
  const jumps = await connectJumps(options);
  try {
    const last = jumps.at(-1);
    const stream = last === undefined ? await tcp(options, options) : await through(last, options);
    await admitted(stream, options);
    const session = await handshake(options, stream, options);
    void session.closed.then(() => closeAll(jumps));
    return session;
  } catch (error) {
    closeAll(jumps);
    throw error;
  }
}

async function admitted(stream: Duplex, options: SshOptions): Promise<void> {
  try {
    await options.onAnswer?.();
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** A look at a port behind jump hosts. unknown: the way there is broken. */
export async function probeThrough(options: SshOptions): Promise<ProbeAnswer> {
  const jumps = await connectJumps(options).catch(() => undefined);
  const last = jumps?.at(-1);
  if (jumps === undefined || last === undefined) return "unknown";
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<ProbeAnswer>((resolve) => {
      timer = setTimeout(() => resolve("silent"), options.connectTimeoutMs);
    });
    const asked = last.forwardTcp(options.host, options.port).then(
      (): ProbeAnswer => "answered",
      (error: unknown): ProbeAnswer =>
        /refused/i.test(String(error)) ? "refused" : last.isOpen ? "silent" : "unknown",
    );
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
    closeAll(jumps);
  }
}

async function connectJumps(options: SshOptions): Promise<SshSession[]> {
  const sessions: SshSession[] = [];
  try {
    for (const jump of options.jump) {
      const last = sessions.at(-1);
      const stream = last === undefined ? await tcp(jump, options) : await through(last, jump);
      sessions.push(await handshake(jump, stream, options));
    }
    return sessions;
  } catch (error) {
    closeAll(sessions);
    throw error;
  }
}

function closeAll(sessions: readonly SshSession[]): void {
  for (const session of sessions.toReversed()) session.close();
}

function tcp(target: SshTarget, options: SshOptions): Promise<Duplex> {
  return openTcp({
    host: target.host,
    port: target.port,
    timeoutMs: options.connectTimeoutMs,
    signal: options.signal,
  });
}

async function through(session: SshSession, target: SshTarget): Promise<Duplex> {
  try {
    return await session.forwardTcp(target.host, target.port);
  } catch (error) {
    throw new RemoteError("Unreachable", error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** What the key exchange showed. */
interface Presented {
  fingerprint: string;
  isAccepted: boolean;
}

function handshake(target: SshTarget, stream: Duplex, options: SshOptions): Promise<SshSession> {
  const { signal } = options;
  const presented: Presented = { fingerprint: "", isAccepted: false };
  return new Promise((resolve, reject) => {
    const client = new Client();
    const settle = (): void => signal.removeEventListener("abort", onAbort);
    const fail = (error: unknown): void => {
      settle();
      stream.destroy();
      reject(toRemoteError(error, target, presented));
    };
    const onAbort = (): void => fail(new RemoteError("Unreachable", `${target.host}: given up`));
    client.once("ready", () => {
      settle();
      client.removeAllListeners("error");
      resolve(new SshSession(client, target.host, presented.fingerprint));
    });
    client.once("error", fail);
    client.on("error", () => {});
    client.once("close", () => fail(new Error("connection closed during the handshake")));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) return onAbort();
    try {
      client.connect(configOf(target, stream, presented, options.connectTimeoutMs));
    } catch (error) {
      fail(error);
    }
  });
}

function configOf(target: SshTarget, stream: Duplex, presented: Presented, readyTimeout: number): ConnectConfig {
  const { hostKeys, privateKey, passphrase, agentSocket } = target;
  const types = hostKeys.kind === "pinned" && hostKeys.types !== undefined && hostKeys.types.length > 0;
  const withKey = privateKey !== undefined;
  return {
    sock: stream,
    username: target.user,
    authHandler: withKey ? ["publickey"] : ["agent"],
    readyTimeout,
    keepaliveInterval: keepaliveMs,
    strictVendor: false,
    algorithms: {
      ...algorithms,
      ...(types && { serverHostKey: hostKeys.types as NonNullable<Algorithms["serverHostKey"]> }),
    },
    hostVerifier: (key: Buffer) => verify(key, hostKeys, presented),
    ...(withKey && { privateKey }),
    ...(withKey && passphrase !== undefined && { passphrase }),
    ...(!withKey && agentSocket !== undefined && { agent: agentSocket }),
  };
}

function verify(key: Buffer, policy: HostKeyPolicy, presented: Presented): boolean {
  presented.fingerprint = fingerprintOf(key);
  presented.isAccepted = policy.kind === "acceptNew" || policy.fingerprints.includes(presented.fingerprint);
  return presented.isAccepted;
}

function toRemoteError(error: unknown, target: SshTarget, presented: Presented): RemoteError {
  if (error instanceof RemoteError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const level = error instanceof Error && "level" in error ? error.level : undefined;
  if (presented.fingerprint !== "" && !presented.isAccepted) return hostKeyChanged(target, presented.fingerprint);
  if (level === "client-authentication" || level === "agent") {
    return new RemoteError("AuthenticationFailed", `${target.host}: user ${target.user} is not let in with this key`, {
      cause: error,
    });
  }
  if (/privateKey|private key/i.test(message)) {
    return new RemoteError("AuthenticationFailed", `${target.host}: the private key cannot be used: ${message}`, {
      cause: error,
    });
  }
  return new RemoteError("Unreachable", `${target.host}: SSH handshake: ${describeSocketError(error)}`, {
    cause: error,
  });
}

function hostKeyChanged(target: SshTarget, presentedHostKey: string): RemoteError {
  const expected = target.hostKeys.kind === "pinned" ? target.hostKeys.fingerprints.join(" or ") : "";
  const message =
    expected === ""
      ? `${target.host}: no host key is known, and it presents ${presentedHostKey}`
      : `${target.host}: host key is ${presentedHostKey}, expected ${expected}`;
  return new RemoteError("HostKeyChanged", message, { presentedHostKey });
}
