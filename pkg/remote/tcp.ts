import net from "node:net";
import { describeSocketError, RemoteError } from "./remote-error.ts";

export interface TcpOptions {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Small writes go out at once: waiting for more costs 40 ms a round trip. Rejects with RemoteError Unreachable. */
export function openTcp(options: TcpOptions): Promise<net.Socket> {
  const { host, port, timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 });
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    const fail = (why: string, cause?: unknown): void => {
      settle();
      socket.destroy();
      reject(new RemoteError("Unreachable", `${host} port ${port}: ${why}`, { cause }));
    };
    const onAbort = (): void => fail("given up", signal.reason);
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", (error) => fail(describeSocketError(error), error));
    socket.once("connect", () => {
      settle();
      socket.removeAllListeners("error");
      socket.on("error", () => {});
      resolve(socket);
    });
    if (signal.aborted) onAbort();
  });
}
