import type { TcpSocketConnectOpts } from "node:net";
import { type ConnectionOptions, connect, type SecureContext, type TLSSocket } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import { type PackagePeer, packageProtocol } from "../../protocol/index.ts";
import { nameIn } from "../tree/identity.ts";
import { SourceError } from "./source-error.ts";

/** TCP is answered by the kernel, whatever load there is; but a lost SYN is sent again after a second only. */
const connectMs = 1500;
/** The rest has to be done by a process, of which there may be many. */
const handshakeMs = 15_000;
/** One buffer for all that comes: TLS writes into it, and from there it goes to its place. */
const readBytes = 64 << 10;

export interface DialOptions {
  readonly clock: Clock;
  readonly secureContext: SecureContext;
  readonly signal: AbortSignal;
  /** Takes what comes, which is good for this call alone. Returns false where no more should come for now. */
  readonly onData: (bytes: Buffer) => boolean;
}

/** Connects to a source, and makes sure that it is that one. Rejects with SourceError, or the signal's reason. */
export function dialSource({ uid, address, port }: PackagePeer, options: DialOptions): Promise<TLSSocket> {
  const { clock, secureContext, signal, onData } = options;
  return new Promise((resolve, reject) => {
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    // Node passes `onread` on to the socket beneath, though its types do not say so.
    const tlsOptions: ConnectionOptions & Pick<TcpSocketConnectOpts, "onread"> = {
      host: address,
      port,
      secureContext,
      ALPNProtocols: [packageProtocol],
      // Its certificate is known by the uid in it; addresses change hands.
      servername: "",
      checkServerIdentity: (_host, certificate) => {
        const name = nameIn(certificate);
        return name === uid ? undefined : new Error(`it is ${name || "nobody known"}, not ${uid}`);
      },
      onread: { buffer, callback: (count) => onData(buffer.subarray(0, count)) },
    };
    const socket = connect(tlsOptions);
    const settle = (): void => {
      isSettled = true;
      cancel();
      signal.removeEventListener("abort", onAbort);
    };
    const fail = (message: string): void => {
      settle();
      socket.destroy();
      reject(signal.aborted ? signal.reason : new SourceError("Unreachable", message));
    };
    const onAbort = (): void => fail("");
    // After what has come meanwhile: a process that stood still has heard nobody.
    const failUnless = (isThere: () => boolean, message: string): void => clock.defer(() => isThere() || fail(message));
    let isOpen = false;
    let isSettled = false;
    let cancel = clock.setTimer(connectMs, () => failUnless(() => isOpen, `no answer within ${connectMs} ms`));
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("error", (error) => fail(error.message));
    socket.once("close", () => fail("it has closed the connection"));
    socket.once("connect", () => {
      isOpen = true;
      cancel();
      const message = `no handshake within ${handshakeMs} ms`;
      cancel = clock.setTimer(handshakeMs, () => failUnless(() => isSettled, message));
    });
    socket.once("secureConnect", () => {
      if (socket.alpnProtocol !== packageProtocol) return fail("it gives no packages");
      settle();
      socket.setNoDelay(true);
      resolve(socket);
    });
    if (signal.aborted) onAbort();
  });
}
