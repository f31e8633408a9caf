import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { type Clock, sleep } from "../clock/index.ts";
import { groupPrefix } from "../protocol/index.ts";
import { connectSsh, probeTcp, probeThrough, RemoteError, type SshOptions, type SshSession } from "../remote/index.ts";
import type { AgentBundle } from "./agent-bundle.ts";
import {
  type AgentConnection,
  ConnectError,
  type Connector,
  type ConnectRequest,
  connectSteps,
  type ProbeVerdict,
} from "./fabric.ts";
import type { RuntimeSource } from "./runtime.ts";
import { failureOf, type ScriptChannel } from "./script-channel.ts";
import { bringUp, type Inspected } from "./ssh-bootstrap.ts";
import { bridgeScript, commandFor, removeScript } from "./ssh-script.ts";

export interface SshConnectorOptions {
  readonly resourceName: string;
  readonly clock: Clock;
  readonly ssh: Omit<SshOptions, "signal" | "onAnswer">;
  /** True: all runs as root by sudo, unless the user is root. */
  readonly sudo: boolean;
  /** Names the agent's directory, with the resource: agents of several servers live side by side. */
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly bundle: AgentBundle;
  readonly runtime: RuntimeSource;
}

/** A started agent listens after some tenths of a second; on a machine under heavy load after many. */
const listenMs = 30_000;
const pollMs = 30;
/** So often a socket that is there may refuse before the bridge is taken for it. */
const maxRefusals = 5;

/** Reaches agents over SSH alone: one connection, one script where there is an agent to bring up, one forwarding. */
export class SshConnector implements Connector {
  readonly #options: SshConnectorOptions;
  readonly #id: string;
  /** For messages: "web-1 (10.0.0.5)". */
  readonly #name: string;
  #session: SshSession | undefined;
  #needsBridge = false;

  constructor(options: SshConnectorOptions) {
    this.#options = options;
    this.#name = `${options.resourceName} (${options.ssh.host})`;
    this.#id = `${shortHash(options.clusterUid)}-${shortHash(options.resourceUid)}`;
  }

  async connect(request: ConnectRequest): Promise<AgentConnection<Duplex>> {
    request.onStep(connectSteps.connecting);
    const session = await this.#open(request.signal, request.enter);
    this.#session = session;
    try {
      const stream = (await this.#shortWay(session, request)) ?? (await this.#longWay(session, request));
      void session.closed.then(() => stream.destroy());
      return { stream, hostKey: session.hostKey, close: () => session.close() };
    } catch (error) {
      session.close();
      throw this.#toConnectError(error);
    }
  }

  get lookTarget(): { readonly address: string; readonly port: number } {
    const { host, port } = this.#options.ssh;
    return { address: host, port };
  }

  async probe(timeoutMs: number, signal: AbortSignal): Promise<ProbeVerdict> {
    const { ssh } = this.#options;
    if (ssh.jump.length > 0) return probeThrough({ ...ssh, connectTimeoutMs: timeoutMs, signal });
    return probeTcp(ssh.host, ssh.port, timeoutMs, signal);
  }

  async remove(signal: AbortSignal): Promise<void> {
    const held = this.#session?.isOpen === true ? this.#session : undefined;
    try {
      const isDone = held !== undefined && (await this.#removeOver(held, signal).catch(unlessLost));
      if (!isDone) await this.#removeOver(await this.#open(signal), signal);
    } catch (error) {
      throw this.#toConnectError(error);
    }
  }

  async #removeOver(session: SshSession, signal: AbortSignal): Promise<true> {
    try {
      const command = commandFor(removeScript, this.#options.sudo);
      const { bundle, resourceUid } = this.#options;
      const data = `${this.#id} ${bundle.version}\n${groupPrefix(resourceUid)}\n`;
      const output = await session.run(command, `${removeScript}${data}`, signal);
      if (output.code !== 0) throw failureOf(output.stderr.trim(), this.#name);
      return true;
    } finally {
      session.close();
    }
  }

  async #open(signal: AbortSignal, onAnswer?: () => Promise<void>): Promise<SshSession> {
    try {
      return await connectSsh({ ...this.#options.ssh, signal, ...(onAnswer && { onAnswer }) });
    } catch (error) {
      throw this.#toConnectError(error);
    }
  }

  /** Root's agents have a known place that nobody else can write to: where one listens, nothing needs to be run. */
  async #shortWay(session: SshSession, request: ConnectRequest): Promise<Duplex | undefined> {
    const { sudo, ssh } = this.#options;
    if (request.replace !== undefined || this.#needsBridge || !(sudo || ssh.user === "root")) return undefined;
    return session.forwardUnix(socketIn(`/var/lib/plush-agent/${this.#id}`)).catch((error: unknown) => {
      if (session.isOpen) return undefined;
      throw error;
    });
  }

  async #longWay(session: SshSession, request: ConnectRequest): Promise<Duplex> {
    const { sudo, bundle, runtime } = this.#options;
    const machine = await bringUp({ session, name: this.#name, sudo, id: this.#id, bundle, runtime, request });
    try {
      return await this.#reachSocket(session, machine, request.signal);
    } finally {
      machine.script.close();
    }
  }

  async #reachSocket(session: SshSession, machine: Inspected, signal: AbortSignal): Promise<Duplex> {
    const { clock } = this.#options;
    const deadline = clock.monotonic() + listenMs;
    let refusals = 0;
    for (let tries = 1; clock.monotonic() < deadline; tries++) {
      const stream = this.#needsBridge ? undefined : await forward(session, machine);
      if (stream !== undefined) return stream;
      const isListening = (this.#needsBridge || tries % 5 === 0) && (await this.#isListening(machine.script));
      if (isListening) refusals++;
      if (refusals >= maxRefusals || (isListening && this.#needsBridge)) return this.#bridge(session, machine);
      if (!session.isOpen) throw new RemoteError("Closed", `${this.#name}: connection lost`);
      await sleep(clock, pollMs, signal);
    }
    throw new ConnectError("BootstrapFailed", `${this.#name}: agent does not listen after ${listenMs / 1000} s`);
  }

  /** Asks the machine; throws where the agent has ended, with its last words. */
  async #isListening(script: ScriptChannel): Promise<boolean> {
    script.takeNoise();
    script.write("check\n");
    let answer = "";
    await script.expect("end", (_word, rest) => {
      answer = rest;
    });
    if (answer.startsWith("dead")) throw failureOf(script.takeNoise(), this.#name);
    return answer.endsWith(" socket");
  }

  /** For sshds that forbid forwarding: a process there copies between an exec channel and the socket. */
  async #bridge(session: SshSession, { facts }: Inspected): Promise<Duplex> {
    this.#needsBridge = true;
    const child = await session.start(commandFor(bridgeScript, this.#options.sudo));
    child.stderr.resume();
    child.stdin.write(`${bridgeScript}${this.#id} ${this.#options.bundle.version}\n${facts.node}\n`);
    return child.stdin;
  }

  #toConnectError(error: unknown): ConnectError {
    if (error instanceof ConnectError) return error;
    const { resourceName, ssh } = this.#options;
    const text = error instanceof Error ? error.message : String(error);
    // Messages about hosts on the way keep their names.
    const message = `${this.#name}: ${text.startsWith(`${ssh.host}: `) ? text.slice(ssh.host.length + 2) : text}`;
    const { reason, presentedHostKey } = error instanceof RemoteError ? error : { reason: "Unreachable" };
    switch (reason) {
      case "AuthenticationFailed":
        return new ConnectError(reason, `${message}; put its public key into that user's authorized_keys`, {
          cause: error,
        });
      case "HostKeyChanged":
        return new ConnectError(reason, `${message}; if that is right: plush trust ${resourceName}`, {
          cause: error,
          ...(presentedHostKey !== undefined && { presentedHostKey }),
        });
      default:
        return new ConnectError("Unreachable", message, { cause: error });
    }
  }
}

/** A connection may end at any moment: that is no reason to give up. */
function unlessLost(error: unknown): false {
  if (error instanceof RemoteError) return false;
  throw error;
}

function forward(session: SshSession, machine: Inspected): Promise<Duplex | undefined> {
  return session.forwardUnix(socketIn(machine.facts.directory)).catch(() => undefined);
}

function socketIn(directory: string): string {
  return `${directory}/run/agent.sock`;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
