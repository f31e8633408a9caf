import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { createConnection } from "node:net";
import { networkInterfaces } from "node:os";
import type { ProbeOrder } from "../../protocol/index.ts";

export interface ProbeTarget {
  /** Where the process listens. */
  readonly address: string;
  /** By name. */
  readonly ports: Readonly<Record<string, number>>;
  /** Runs a command beside the process; answers how it ended. */
  readonly run: (
    argv: readonly string[],
    timeoutMs: number,
  ) => Promise<{ readonly ok: boolean; readonly message: string }>;
}

export type ProbeAnswer = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Asks a process once. Never throws; takes no longer than the probe's timeout. */
export async function askProbe(order: ProbeOrder, target: ProbeTarget): Promise<ProbeAnswer> {
  const { httpGet, tcpSocket, exec } = order;
  if (exec !== undefined) {
    const result = await target.run(exec.command, order.timeoutMs);
    return result.ok ? { ok: true } : { ok: false, message: `probe command: ${result.message}` };
  }
  const wanted = httpGet?.port ?? tcpSocket?.port;
  const port = typeof wanted === "string" ? target.ports[wanted] : wanted;
  if (port === undefined) return { ok: false, message: `probe: the process has no port ${wanted ?? ""}` };
  if (httpGet !== undefined) {
    // A path or a header that HTTP does not allow is thrown, and would end the probe for good.
    return askHttp(httpGet, target.address, port, order.timeoutMs).catch((error: unknown) => ({
      ok: false,
      message: `GET ${httpGet.path}: ${error instanceof Error ? error.message : String(error)}`,
    }));
  }
  return askTcp(target.address, port, order.timeoutMs);
}

/** Where processes of this machine are reached from itself: at its address, unless that only leads to it from outside. */
export function probeAddress(address: string): string {
  if (address.startsWith("127.") || address === "::1") return address;
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return own.some((entry) => entry.address === address) ? address : "127.0.0.1";
}

function askTcp(host: string, port: number, timeoutMs: number): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: timeoutMs });
    const finish = (answer: ProbeAnswer) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", finish({ ok: true }));
    socket.once("timeout", finish({ ok: false, message: `no connection to port ${port} in ${timeoutMs} ms` }));
    socket.once("error", (error) => finish({ ok: false, message: `port ${port}: ${error.message}` })());
  });
}

function askHttp(
  order: NonNullable<ProbeOrder["httpGet"]>,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const headers = Object.fromEntries(order.headers.map(({ name, value }) => [name, value]));
    const options = {
      host,
      port,
      path: order.path,
      headers,
      agent: false as const,
      signal: AbortSignal.timeout(timeoutMs),
    };
    const request =
      order.scheme === "HTTPS" ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    request.once("response", (response) => {
      response.destroy();
      const status = response.statusCode ?? 0;
      const ok = status >= 200 && status < 400;
      resolve(ok ? { ok } : { ok: false, message: `GET ${order.path} on port ${port} answers ${status}` });
    });
    request.once("error", (error) => {
      const why = options.signal.aborted ? `no answer in ${timeoutMs} ms` : error.message;
      resolve({ ok: false, message: `GET ${order.path} on port ${port}: ${why}` });
    });
    request.end();
  });
}
