import { connect, type Socket } from "node:net";
import type { HollowAnswer, HollowRequest } from "../../pkg/agent/index.ts";
import { ConnectError, type Connector, connectSteps } from "../../pkg/fabric/index.ts";
import { readLine } from "../../pkg/streams/index.ts";

/** As SSH's: who dials a machine that falls silent in that moment must not wait for it for ever. */
const connectTimeoutMs = 10_000;

/**
 * The way to a machine of a hollow fleet: what SSH is to a real one. Where the fleet is several programs, each with a
 * socket, they have one machine after the other in turn, by number.
 */
export function hollowConnector(sockets: readonly string[], machine: string): Connector {
  const path = sockets[partOf(machine, sockets.length)] ?? "";
  return {
    async connect({ config, signal, onStep, enter }) {
      await enter?.();
      const limited = AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]);
      const { socket, answer } = await ask(path, { machine, kind: "connect", config }, limited);
      if (answer.started) onStep(connectSteps.startingAgent);
      return { stream: socket, close: () => socket.destroy() };
    },
    async probe(timeoutMs, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      return ask(path, { machine, kind: "look" }, limited).then(
        ({ socket }) => {
          socket.destroy();
          return "answered" as const;
        },
        () => "silent" as const,
      );
    },
    async remove(signal) {
      const { socket } = await ask(path, { machine, kind: "remove" }, signal);
      socket.destroy();
    },
  };
}

/** Which of so many parts has the machine, counted from 0. */
export function partOf(machine: string, parts: number): number {
  const number = Number(/\d+$/.exec(machine)?.[0] ?? 1);
  return (number - 1) % parts;
}

async function ask(
  path: string,
  request: HollowRequest,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket; readonly answer: HollowAnswer }> {
  const socket = connect(path);
  socket.on("error", () => socket.destroy());
  const end = (): void => void socket.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    return { socket, answer: JSON.parse(await readLine(socket)) as HollowAnswer };
  } catch (cause) {
    socket.destroy();
    throw new ConnectError("Unreachable", `${request.machine} does not answer`, { cause });
  } finally {
    signal.removeEventListener("abort", end);
  }
}
