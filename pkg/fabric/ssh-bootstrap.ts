import { pipeline } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";
import type { AgentConfig } from "../protocol/index.ts";
import type { SshSession } from "../remote/index.ts";
import type { AgentBundle } from "./agent-bundle.ts";
import { ConnectError, type ConnectRequest, connectSteps } from "./fabric.ts";
import type { RuntimeSource } from "./runtime.ts";
import { failureOf, ScriptChannel } from "./script-channel.ts";
import { bootstrapScript, commandFor, runtimeScript } from "./ssh-script.ts";

export interface BootstrapOptions {
  readonly session: SshSession;
  /** For messages. */
  readonly name: string;
  readonly sudo: boolean;
  /** Names the directory. */
  readonly id: string;
  readonly bundle: AgentBundle;
  readonly runtime: RuntimeSource;
  readonly request: ConnectRequest;
}

export interface MachineFacts {
  readonly directory: string;
  /** Of the user who logged in, also where sudo is used. */
  readonly uid: number;
  /** Whether an agent runs, and whether of the version wanted. */
  readonly running: "no" | "same" | "other";
  readonly hasBundle: boolean;
  /** Path of Node.js 18 or newer, or "none". */
  readonly node: string;
  readonly system: string;
  readonly libc: string;
}

export interface Inspected {
  readonly script: ScriptChannel;
  readonly facts: MachineFacts;
}

/** Makes sure that the agent runs, in the version wanted; the script goes on listening, and is the caller's to close. */
export async function bringUp(options: BootstrapOptions): Promise<Inspected> {
  let machine = await inspect(options);
  const { signal, replace } = options.request;
  const onAbort = (): void => machine.script.close();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    if (machine.facts.running === "same" && replace === undefined) return machine;
    if (machine.facts.node === "none") machine = await withRuntime(options, machine);
    await start(options, machine);
    return machine;
  } catch (error) {
    machine.script.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function inspect(options: BootstrapOptions): Promise<Inspected> {
  const { session, name, sudo, id, bundle, request } = options;
  request.onStep(connectSteps.inspecting);
  const child = await session.start(commandFor(bootstrapScript, sudo));
  const script = new ScriptChannel(child, name);
  script.write(`${bootstrapScript}${id} ${bundle.version}\n`);
  const found = new Map<string, string>();
  await script.expect("end", (word, rest) => found.set(word, rest));
  return { script, facts: toFacts(found, name) };
}

async function start(options: BootstrapOptions, { script, facts }: Inspected): Promise<void> {
  sendFiles(options, { script, facts });
  options.request.onStep(connectSteps.startingAgent);
  script.write(`start ${facts.node}\n`);
  await script.expect("started");
}

function sendFiles(options: BootstrapOptions, { script, facts }: Inspected): void {
  const { bundle, sudo, request } = options;
  if (!facts.hasBundle) {
    request.onStep(connectSteps.uploadingAgent);
    script.write(`file agent-${bundle.version}.mjs ${bundle.bytes.length}\n`);
    script.write(bundle.bytes);
  }
  const config: AgentConfig = { ...request.config, ...(sudo && { socketUid: facts.uid }) };
  const text = Buffer.from(JSON.stringify(config));
  script.write(`file agent.json ${text.length}\n`);
  script.write(text);
}

async function withRuntime(options: BootstrapOptions, { script, facts }: Inspected): Promise<Inspected> {
  const { session, name, sudo, id, bundle, request } = options;
  script.close();
  const source = await options.runtime(facts);
  if (source === undefined) {
    throw new ConnectError(
      "RuntimeMissing",
      `${name}: no Node.js 18 or newer there, and this server has none for ${facts.system} with ${facts.libc}: ` +
        "install it there; it is tried again by itself",
    );
  }
  request.onStep(connectSteps.uploadingRuntime);
  const child = await session.start(commandFor(runtimeScript, sudo));
  let noise = "";
  child.stderr.on("data", (chunk: Buffer) => {
    noise += chunk.toString("utf8");
  });
  child.stdout.resume();
  child.stdin.write(`${runtimeScript}${id} ${bundle.version}\n`);
  const sent = pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), child.stdin, {
    signal: request.signal,
  }).catch((error: unknown) => error);
  const code = await child.exit;
  await sent;
  request.signal.throwIfAborted();
  if (code !== 0) throw failureOf(noise.trim(), name);
  const again = await inspect(options);
  if (again.facts.node === "none") {
    again.script.close();
    throw new ConnectError("RuntimeMissing", `${name}: the Node.js that was sent does not run there`);
  }
  return again;
}

function toFacts(found: ReadonlyMap<string, string>, name: string): MachineFacts {
  const [, uid = "", directory = ""] = /^(\d+) (\/.+)$/.exec(found.get("place") ?? "") ?? [];
  if (directory === "") throw new ConnectError("BootstrapFailed", `${name}: the machine's answer is not understood`);
  const running = found.get("running");
  return {
    directory,
    uid: Number(uid),
    running: running === "same" || running === "other" ? running : "no",
    hasBundle: found.get("bundle") === "present",
    node: found.get("node") ?? "none",
    system: found.get("system") ?? "",
    libc: found.get("libc") ?? "",
  };
}
