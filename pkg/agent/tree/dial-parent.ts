import { connect, type TLSSocket } from "node:tls";
import { relayProtocol, type TreeParent } from "../../protocol/index.ts";
import { type Credentials, nameIn } from "./identity.ts";

/** A machine that answers does so in much less; the next parent, or SSH, is better than to wait. */
const connectMs = 1000;

/** Connects to a parent, and makes sure that it is that one. Rejects where it cannot. */
export function dialParent(
  { uid, address, port }: TreeParent,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
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
