import { createConnection } from "node:net";
import type { LookAnswer, LookRequest } from "../../protocol/index.ts";

/** What another machine answers to a TCP connect from this one. Never throws; takes no longer than asked for. */
export function lookAt({ address, port, timeoutMs }: LookRequest): Promise<LookAnswer> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    const timer = setTimeout(() => answer("silent"), timeoutMs);
    const answer = (verdict: LookAnswer["verdict"]): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ verdict });
    };
    socket.once("connect", () => answer("answered"));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "ECONNREFUSED" || code === "ECONNRESET") answer("refused");
      else if (code !== "EHOSTUNREACH" && code !== "ETIMEDOUT") answer("unknown");
      // A neighbour that does not answer is silence too, which the timer tells.
    });
  });
}
