import { createServer } from "node:net";
import type { Action } from "../plan-input.ts";
import type { TaskInput } from "./task-input.ts";

/** Below the range from which systems take ports for outgoing connections. */
const lowest = 20_000;
const highest = 32_000;
const maxTries = 200;

/** Chooses free ports for those ordered as 0. */
export async function choosePorts(input: TaskInput, action: Extract<Action, { kind: "choosePorts" }>): Promise<void> {
  const { context, facts, entry } = input;
  const order = entry.order.processes.find(({ uid }) => uid === action.process);
  const chosen: Record<string, number> = {};
  const taken = new Set(Object.values(entry.ports).flatMap((ports) => Object.values(ports)));
  for (const { name, port } of order?.ports ?? []) {
    if (port !== 0) continue;
    const free = await findFreePort(context.config.address, taken, context.ports.random);
    taken.add(free);
    chosen[name] = free;
  }
  facts.ports.set(action.process, chosen);
}

async function findFreePort(address: string, taken: ReadonlySet<number>, random: () => number): Promise<number> {
  for (let tries = 0; tries < maxTries; tries++) {
    const port = lowest + Math.floor(random() * (highest - lowest));
    if (!taken.has(port) && (await isFree(port, address))) return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest} after ${maxTries} tries`);
}

/** The address may be one that reaches the machine without being its own; then any address of it has to do. */
async function isFree(port: number, address: string): Promise<boolean> {
  const answer = await tryListen(port, address);
  return answer === "EADDRNOTAVAIL" || answer === "ENOTFOUND" ? (await tryListen(port)) === "free" : answer === "free";
}

function tryListen(port: number, address?: string): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "failed"));
    server.listen({ port, exclusive: true, ...(address !== undefined && { host: address }) }, () =>
      server.close(() => resolve("free")),
    );
  });
}
