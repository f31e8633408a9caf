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

/** Three connects, staggered so that one lost packet proves nothing; the first answer counts. */
export function probeTcp(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const sockets: net.Socket[] = [];
    const timers: NodeJS.Timeout[] = [];
    const cleanUp = (): void => {
      signal.removeEventListener("abort", onAbort);
      for (const timer of timers) clearTimeout(timer);
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
    const attempt = (): void => {
      const socket = net.connect({ host, port });
      sockets.push(socket);
      socket.once("connect", () => answer("answered"));
      socket.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "ECONNREFUSED" || error.code === "ECONNRESET") answer("refused");
        else if (ownErrors.has(error.code ?? "")) answer("unknown");
      });
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) return onAbort();
    attempt();
    for (const part of [0.25, 0.5]) timers.push(setTimeout(attempt, timeoutMs * part));
    timers.push(setTimeout(() => answer("silent"), timeoutMs));
  });
}
