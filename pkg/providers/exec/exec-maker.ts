import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { secretText } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import { type MachineMaker, type MakerCall, machineNumber, machinePrefix } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { endLeftovers, runMark } from "./leftovers.ts";
import { readAnswer, readMachine, readMachines } from "./plugin-answer.ts";
import { findPlugin, pluginDirectory } from "./plugin-file.ts";
import { runPlugin } from "./run-plugin.ts";

/** Of what stands in requests; a plugin refuses what it does not know. */
const protocolVersion = 1;

type Verb = "list" | "create" | "delete" | "renew" | "fence";

/** Asks the plugin that the pool names, one process for each request. */
export function makeExecMaker(dataDir: string): MachineMaker {
  let cleared: Promise<void> | undefined;
  const ask = async (verb: Verb, call: MakerCall, more: Readonly<Record<string, string>> = {}) => {
    cleared ??= endLeftovers(pluginDirectory(dataDir));
    await cleared.catch((error: unknown) => {
      cleared = undefined;
      throw error;
    });
    return askPlugin(dataDir, verb, call, more);
  };
  return {
    async list(call) {
      const machines = readMachines(await ask("list", call));
      // A cloud may hold what others made; that is not ours to touch.
      return machines.filter(({ name }) => machineNumber(call.pool, name) !== undefined);
    },
    async create(name, call) {
      return named(name, readMachine((await ask("create", call, { name }))["machine"]));
    },
    async delete(name, call) {
      await ask("delete", call, { name });
    },
    async renew(name, until, call) {
      return named(name, readMachine((await ask("renew", call, { name, until }))["machine"]));
    },
    async fence(name, call) {
      await ask("fence", call, { name });
    },
  };
}

async function askPlugin(
  dataDir: string,
  verb: Verb,
  call: MakerCall,
  more: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { pool, signal } = call;
  const { exec } = pool.spec.provider;
  if (exec === undefined) throw new StatusError("Invalid", `pool ${pool.metadata.name} names no plugin`);
  const path = await findPlugin(dataDir, exec.plugin);
  // Its own, beside the programs; their names have no dot.
  const cwd = join(pluginDirectory(dataDir), `${exec.plugin}.state`);
  await mkdir(cwd, { recursive: true, mode: 0o700 });
  const request = {
    version: protocolVersion,
    verb,
    pool: { name: pool.metadata.name, uid: pool.metadata.uid },
    prefix: machinePrefix(pool),
    ...more,
    config: exec.config,
    secret: await secretOf(call),
  };
  const timeoutMs = durationMs(exec.timeout);
  const mark = runMark(pluginDirectory(dataDir));
  try {
    return readAnswer(
      await runPlugin({ path, cwd, home: homedir(), mark, request: JSON.stringify(request), timeoutMs, signal }),
    );
  } catch (error) {
    const { reason, message } = StatusError.from(error);
    throw new StatusError(reason, `plugin ${exec.plugin}, ${verb}: ${message}`, { cause: error });
  }
}

/** The Secret's data as texts. */
async function secretOf({ pool, ports }: MakerCall): Promise<Readonly<Record<string, string>>> {
  const ref = pool.spec.provider.exec?.secretRef;
  if (ref === undefined) return {};
  const secret = await ports.secret(ref);
  if (secret === undefined) throw new StatusError("NotFound", `Secret ${ref.namespace}/${ref.name} is not there`);
  return Object.fromEntries(Object.keys(secret.data ?? {}).map((key) => [key, secretText(secret, key) ?? ""]));
}

function named<T extends { readonly name: string }>(name: string, machine: T): T {
  if (machine.name === name) return machine;
  throw new StatusError("Unreachable", `it answered about ${machine.name}, and was asked for ${name}`);
}
