import net from "node:net";

/** refused: reset at once. answered: accepted. silent: nothing came back in time. unknown: this side could not ask. */
export type ProbeAnswer = "refused" | "answered" | "silent" | "unknown";

/** Errors of this side: no route, no name, no descriptors. They say nothing about the machine. */
const ownErrors: ReadonlySet<string> = new Set([
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EMFILE",
  "EACCES",
  "EPERM",
]);

/**
 * Three connects, staggered so that one lost packet proves nothing; the first answer counts. Each wait begins when the one
 * before it has ended, and answers that are there are read before silence is told: a busy process only takes longer.
 */
export function probeTcp(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const sockets: net.Socket[] = [];
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const cleanUp = (): void => {
      isOver = true;
      signal.removeEventListener("abort", onAbort);
      clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
    };
    const answer = (verdict: ProbeAnswer): void => {
      cleanUp();
      resolve(verdict);
    };
    const onAbort = (): void => {
      cleanUp();
      reject(signal.reason);
    };
    const attempt = (waits: readonly number[]): void => {
      const [waitMs, ...others] = waits;
      if (isOver) return;
      if (waitMs === undefined) {
        answer("silent");
        return;
      }
      sockets.push(connect());
      // Timers come before sockets in a turn of the event loop; what follows an immediate comes after both.
      timer = setTimeout(() => setImmediate(attempt, others), waitMs);
    };
    const connect = (): net.Socket => {
      const socket = net.connect({ host, port });
      socket.once("connect", () => answer("answered"));
      socket.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "ECONNREFUSED" || error.code === "ECONNRESET") answer("refused");
        else if (ownErrors.has(error.code ?? "")) answer("unknown");
      });
      return socket;
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) return onAbort();
    attempt([timeoutMs / 4, timeoutMs / 4, timeoutMs / 2]);
  });
}
