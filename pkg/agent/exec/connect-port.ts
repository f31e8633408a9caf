import { createConnection, type Socket } from "node:net";
import type { PortRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { AgentContext } from "../context.ts";
import { portsOf } from "../environment/ports.ts";
import { hasCode } from "../error-code.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { probeAddress } from "../probe/ask.ts";

const connectMs = 10_000;
const loopback = "127.0.0.1";

/**
 * Connects to a port of this machine: at the address that its processes are told, else on loopback, where some
 * programs listen only. Rejects with a StatusError whose text says what is not there.
 */
export async function connectPort(
  context: AgentContext,
  entries: readonly ClaimEntry[],
  request: PortRequest,
): Promise<Socket> {
  const port = findPort(entries, request);
  const address = probeAddress(context.config.address);
  try {
    return await dial(address, port);
  } catch (error) {
    // Where the machine is only pretended, loopback is that of a whole computer.
    if (!hasCode(error, "ECONNREFUSED") || address.startsWith("127.")) throw describe(error, address, port);
  }
  return dial(loopback, port).catch((error: unknown) => {
    throw describe(error, `${address} and ${loopback}`, port);
  });
}

function findPort(entries: readonly ClaimEntry[], { port, processUid, claimUid }: PortRequest): number {
  const named = namedPorts(entries, processUid, claimUid);
  const number = /^\d{1,5}$/.test(port) ? Number(port) : named[port];
  if (number !== undefined && number > 0 && number < 65_536) return number;
  const known = Object.entries(named).map(([name, value]) => `${name} (${value})`);
  const there = known.length === 0 ? "no port has a name" : `there are ${known.join(", ")}`;
  throw new StatusError("NotFound", `unknown port ${JSON.stringify(port)}: ${there}`);
}

function namedPorts(
  entries: readonly ClaimEntry[],
  processUid: string | undefined,
  claimUid: string | undefined,
): Readonly<Record<string, number>> {
  if (processUid !== undefined) {
    const entry = entries.find(({ processes }) => processes[processUid] !== undefined);
    if (entry === undefined) throw new StatusError("NotFound", "the process is not on this machine");
    return portsOfProcess(entry, processUid);
  }
  if (claimUid === undefined) return {};
  const entry = entries.find(({ uid }) => uid === claimUid);
  if (entry === undefined) throw new StatusError("NotFound", "the claim is not on this machine");
  return Object.assign({}, ...Object.keys(entry.processes).map((uid) => portsOfProcess(entry, uid)));
}

function portsOfProcess(entry: ClaimEntry, uid: string): Record<string, number> {
  const order = entry.processes[uid]?.order;
  return order === undefined ? {} : portsOf(order, entry.ports[uid] ?? {});
}

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, allowHalfOpen: true, timeout: connectMs });
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(new Error(`no answer within ${connectMs / 1000} s`)));
    socket.once("connect", () => {
      socket.off("error", reject).setTimeout(0);
      resolve(socket.setNoDelay(true));
    });
  });
}

function describe(error: unknown, address: string, port: number): StatusError {
  const why = hasCode(error, "ECONNREFUSED") ? "connection refused: nothing listens there" : String(error);
  return new StatusError("Unreachable", `port ${port} of ${address}: ${why}`, { cause: error });
}
