import { connect } from "node:net";

/*
 * QEMU takes every connection for the machine, whatever state that is in: what tells something is what comes after.
 */

/** Whether an SSH server speaks there. Costs the machine a process. */
export function speaksSsh(address: string, port: number, timeoutMs: number): Promise<boolean> {
  return firstSign(
    address,
    port,
    timeoutMs,
    (sign) => Buffer.isBuffer(sign) && sign.toString("latin1").startsWith("SSH-"),
  );
}

/** Whether the connection is ended at once, as it is where the machine's kernel says that nothing listens. */
export function hangsUp(address: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return firstSign(address, port, timeoutMs, (sign) => sign === "end", signal);
}

/** What comes first once QEMU has taken the connection: bytes, its end, or nothing in time. */
function firstSign(
  address: string,
  port: number,
  timeoutMs: number,
  judge: (sign: Buffer | "end" | "nothing") => boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const finish = (sign: Buffer | "end" | "nothing"): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(judge(sign));
    };
    const giveUp = (): void => finish("nothing");
    const timer = setTimeout(giveUp, timeoutMs);
    signal?.addEventListener("abort", giveUp, { once: true });
    socket.once("data", finish);
    // Refused: there is no QEMU that could have taken it.
    socket.once("error", (error: NodeJS.ErrnoException) => finish(error.code === "ECONNRESET" ? "end" : "nothing"));
    socket.once("end", () => finish("end"));
  });
}
