import { type AuditLog, openAuditLog } from "../audit/index.ts";
import { StatusError } from "../status/index.ts";
import type { Closers } from "./closers.ts";
import type { Foundation } from "./foundation.ts";
import type { ServerOptions } from "./server-options.ts";

const megabyte = 1024 * 1024;
const defaults = { maxMegabytes: 100, maxBackups: 10 };

/** Opens the record of requests, and has it closed; undefined where the operator wants none. */
export async function openAudit(
  { audit = {} }: ServerOptions,
  { clock, log, metrics, data }: Foundation,
  closers: Closers,
): Promise<AuditLog | undefined> {
  const { path = data.auditLog, maxMegabytes, maxBackups } = { ...defaults, ...audit };
  if (path === "") return undefined;
  const print = (text: string): void => void process.stdout.write(text);
  const maxBytes = maxMegabytes * megabyte;
  try {
    const audit = await openAuditLog({ path, maxBytes, maxBackups, clock, log, metrics, print });
    closers.add(() => audit.close());
    return audit;
  } catch (error) {
    const why = StatusError.from(error).message;
    throw new StatusError("BadRequest", `the audit log cannot be written: ${why}`, { cause: error });
  }
}
