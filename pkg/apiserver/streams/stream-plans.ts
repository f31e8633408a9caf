import type { Readable } from "node:stream";
import type { MessageSocket } from "../../client/index.ts";
import { commandProtocols, logProtocol, tunnelProtocol } from "../../protocol/index.ts";
import type { Backend } from "../backend.ts";
import { badRequest } from "../errors.ts";
import type { Visit } from "../http/visit.ts";
import { readExecRequest, readWantedStreams } from "./exec-request.ts";
import { firstBytes, logLimitOf, readLogRequest } from "./log-request.ts";
import type { MachineStreams } from "./machine-streams.ts";
import { serveCommand } from "./serve-command.ts";
import { portChannelsProtocol, readPorts, servePortChannels } from "./serve-port-channels.ts";
import { serveTunnel } from "./serve-tunnel.ts";
import type { StreamKind } from "./stream-kinds.ts";
import { chooseProtocol, offeredProtocols } from "./web-socket-server.ts";

/** What to do with a connection, once it is accepted with a protocol. */
export interface StreamPlan {
  readonly protocol: string;
  /** Ends with the connection, and does not reject. */
  readonly serve: (socket: MessageSocket) => Promise<void>;
}

export interface StreamRequest extends Pick<Visit, "request" | "info"> {
  readonly backend: Backend;
  /** Throws a StatusError where there is no machine, or none that is connected. */
  readonly findMachine: () => MachineStreams;
}

/**
 * Checks what is asked for and finds the machine; throws a StatusError. What it gives is called only where the client
 * speaks WebSocket: others are told first what else is wrong with their request.
 */
export type StreamPlanner = (request: StreamRequest) => () => StreamPlan | Promise<StreamPlan>;

/** How each stream is served. */
export const streamPlanners: Readonly<Record<StreamKind, StreamPlanner>> = {
  exec: planExec,
  attach: planAttach,
  portforward: planPortForward,
  log: planLog,
};

function planExec({ backend: { clock }, request, info, findMachine }: StreamRequest): () => StreamPlan {
  const wanted = readWantedStreams(info.query);
  const exec = readExecRequest(info.query, wanted);
  const machine = findMachine();
  return () => {
    const protocol = chooseProtocol(offeredProtocols(request), commandProtocols);
    const start = (size: Parameters<Parameters<typeof serveCommand>[0]["start"]>[0]) =>
      machine.exec(size === undefined ? exec : { ...exec, tty: size });
    return { protocol, serve: (socket) => serveCommand({ socket, protocol, wanted, start, clock }) };
  };
}

function planAttach({ backend: { clock }, request, info, findMachine }: StreamRequest): () => StreamPlan {
  // A process has no terminal, whatever the client has.
  const wanted = { ...readWantedStreams(info.query), tty: false };
  if (wanted.stdin) throw badRequest("processes have no standard input: attach without stdin, or use exec");
  const machine = findMachine();
  return () => {
    const protocol = chooseProtocol(offeredProtocols(request), commandProtocols);
    const start = () => machine.attach();
    return { protocol, serve: (socket) => serveCommand({ socket, protocol, wanted, start, clock }) };
  };
}

function planPortForward({ request, info, findMachine }: StreamRequest): () => StreamPlan {
  const machine = findMachine();
  const openPort = (port: string) => machine.openPort(port);
  return () => {
    const protocol = chooseProtocol(offeredProtocols(request), [tunnelProtocol, portChannelsProtocol]);
    if (protocol === tunnelProtocol) return { protocol, serve: (socket) => serveTunnel(socket, openPort) };
    const ports = readPorts(info.query);
    return { protocol, serve: (socket) => servePortChannels(socket, ports, openPort) };
  };
}

function planLog({ backend, request, info, findMachine }: StreamRequest): () => Promise<StreamPlan> {
  const gone = new AbortController();
  const wanted = readLogRequest(info.query, backend.clock, gone.signal);
  const limit = logLimitOf(info.query);
  const machine = findMachine();
  return async () => {
    const protocol = chooseProtocol(offeredProtocols(request), [logProtocol]);
    request.socket.once("close", () => gone.abort());
    const log = await machine.readLog(wanted);
    gone.signal.addEventListener("abort", () => log.destroy(), { once: true });
    return { protocol, serve: (socket) => passLog(socket, log, limit) };
  };
}

async function passLog(socket: MessageSocket, log: Readable, limit: number | undefined): Promise<void> {
  const chunks: AsyncIterable<unknown> = limit === undefined ? log : firstBytes(log, limit);
  try {
    for await (const chunk of chunks) await socket.send(chunk as Uint8Array);
  } catch {
    // The client has gone, or the machine: either is the log's end.
  }
  socket.close();
}
