import { connect as connectTcp } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { relayProtocol, type TreeParent } from "../../protocol/index.ts";
import { type Credentials, nameIn } from "./identity.ts";
import type { TreeWire } from "./tree-wire.ts";

/** A machine that answers does so in much less; the next parent, or SSH, is better than to wait. */
const connectMs = 1000;

/** Connects to a parent, and makes sure that it is that one. Rejects where it cannot. */
export function dialParent(
  parent: TreeParent,
  credentials: Credentials,
  signal: AbortSignal,
  wire?: TreeWire,
): Promise<TLSSocket> {
  const { uid } = parent;
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...placeOf(parent, wire),
      ...credentials,
      ALPNProtocols: [relayProtocol],
      // Its certificate is known by the uid in it; addresses change hands.
      servername: "",
      checkServerIdentity: (_host, certificate) => {
        const name = nameIn(certificate);
        return name === uid ? undefined : new Error(`it is ${name || "nobody known"}, not ${uid}`);
      },
    });
    const limited = AbortSignal.any([signal, AbortSignal.timeout(connectMs)]);
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(new Error(`no answer within ${connectMs} ms`));
    limited.addEventListener("abort", onAbort, { once: true });
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      limited.removeEventListener("abort", onAbort);
      socket.removeListener("error", fail);
      socket.on("error", () => undefined);
      if (socket.alpnProtocol !== relayProtocol) return fail(new Error("it is no parent"));
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

function placeOf({ address, port }: TreeParent, wire: TreeWire | undefined): ConnectionOptions {
  if (wire === undefined) return { host: address, port };
  const socket = connectTcp({ host: wire.hostOf(address), port });
  return { socket: wire.wrap(socket) };
}
