import type { Server, Socket } from "node:net";
import { kinds } from "../../api/index.ts";
import { objectPath } from "../../client/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { type Forwarding, parseForwarding } from "../port-forward/forwarding.ts";
import { listen, shownAddress } from "../port-forward/listener.ts";
import { Tunnel } from "../port-forward/tunnel.ts";
import { streamTarget } from "../streams/stream-target.ts";
import type { Located } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

export const portForwardCommand: Command = {
  usage: "port-forward process/NAME | claim/NAME | resource/NAME [LOCAL:]REMOTE ...",
  summary: "Makes ports of this computer lead to ports of a process, by number or name, until Ctrl-C.",
  completes: "targets",
  flags: [
    {
      name: "address",
      type: "texts",
      value: "ADDRESS",
      help: "listen on these addresses of this computer (default localhost)",
    },
  ],
  examples: [
    "plush port-forward process/web-serve-server-servers-0 8080:http",
    "plush port-forward application/web :80",
    "plush port-forward resource/n1 5432 --address 0.0.0.0",
  ],
  async run(call) {
    const { targets, ports } = splitWords(call.args.positional);
    const target = await streamTarget(call, targets, ["Process", "Claim", "Resource"]);
    const forwardings = await Promise.all(ports.map((port) => chooseLocal(call, target, parseForwarding(port))));
    const path = objectPath(target.kind, target, "portforward");
    const tunnel = await Tunnel.open((await call.session.client()).transport, path, call.signal);
    const servers: Server[] = [];
    try {
      for (const forwarding of forwardings) servers.push(...(await serve(call, tunnel, forwarding)));
      await ended(call.signal, tunnel);
    } finally {
      for (const server of servers) server.close();
      tunnel.close();
    }
    if (call.signal.aborted) return 0;
    throw new StatusError("Unreachable", `lost connection to ${target.kind.singular}/${target.name}`);
  },
};

/** The target is the first word, or the first two: a port has no letters before a colon, a kind no digits. */
function splitWords(words: readonly string[]): {
  readonly targets: readonly string[];
  readonly ports: readonly string[];
} {
  const [first = "", second] = words;
  if (first === "") throw new UsageError("whose ports? process/NAME, claim/NAME, resource/NAME or application/NAME");
  const isTwo = !first.includes("/") && second !== undefined && words.length > 2 && kindWords.has(first);
  const size = isTwo ? 2 : 1;
  if (words.length <= size) throw new UsageError("which ports? For example 8080, 8888:80, :80, 8888:http");
  return { targets: words.slice(0, size), ports: words.slice(size) };
}

const kindWords: ReadonlySet<string> = new Set(
  [kinds.Process, kinds.Claim, kinds.Resource, kinds.Application, kinds.Component, kinds.Phase].flatMap(
    ({ plural, singular, shortNames }) => [plural, singular, ...shortNames],
  ),
);

/** A port that has only a name has the process's number here too, where it is known. */
async function chooseLocal(call: Invocation, target: Located, { local, remote }: Forwarding) {
  if (local !== undefined) return { local, remote };
  if (target.kind.kind !== "Process") return { local: 0, remote };
  const process = await (await call.session.client()).get(kinds.Process, target);
  return { local: process.status?.ports?.[remote] ?? 0, remote };
}

async function serve(call: Invocation, tunnel: Tunnel, { local, remote }: Required<Forwarding>): Promise<Server[]> {
  const onConnection = (socket: Socket): void => void forward(call, tunnel, socket, remote);
  const servers: Server[] = [];
  let port = local;
  for (const address of addressesOf(call)) {
    try {
      const listening = await listen(address, port, onConnection);
      servers.push(listening.server);
      port = listening.port;
      call.terminal.out(`Forwarding from ${shownAddress(address, port)} -> ${remote}`);
    } catch (error) {
      // Not every computer has IPv6; nobody asked for it by name.
      if (address !== "::1" || servers.length === 0 || call.args.texts("address").includes(address)) throw error;
    }
  }
  return servers;
}

function addressesOf(call: Invocation): readonly string[] {
  const given = call.args.texts("address").flatMap((text) => text.split(","));
  const wanted = given.length === 0 ? ["localhost"] : given;
  return wanted.flatMap((address) => (address === "localhost" ? ["127.0.0.1", "::1"] : [address]));
}

async function forward(call: Invocation, tunnel: Tunnel, socket: Socket, remote: string): Promise<void> {
  socket.on("error", () => socket.destroy());
  const failure = await tunnel.join(socket, remote).catch((error: unknown) => StatusError.from(error).message);
  if (failure !== undefined && !call.signal.aborted) call.terminal.error(failure);
  if (failure !== undefined) socket.destroy();
}

function ended(signal: AbortSignal, tunnel: Tunnel): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    void tunnel.closed.then(resolve);
  });
}
