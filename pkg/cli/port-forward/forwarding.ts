import { UsageError } from "../usage-error.ts";

/** One port of this computer that leads to one of the target. */
export interface Forwarding {
  /** 0: any free one. Absent: the number that the named port has there. */
  readonly local?: number;
  /** A number, or the name of a process's port. */
  readonly remote: string;
}

/** Reads "8080", "http", "8888:80", "8888:http" or ":80" (any free port here). Throws UsageError. */
export function parseForwarding(text: string): Forwarding {
  const cut = text.indexOf(":");
  const remote = text.slice(cut + 1);
  const local = cut < 0 ? remote : text.slice(0, cut);
  if (!isPort(remote) && !/^[a-z][a-z0-9-]*$/.test(remote)) throw wrong(text);
  if (cut >= 0 && local !== "" && !isPort(local)) throw wrong(text);
  if (cut < 0 && !isPort(remote)) return { remote };
  return { local: local === "" ? 0 : Number(local), remote };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}

function wrong(text: string): UsageError {
  return new UsageError(`${JSON.stringify(text)} is not [LOCAL:]REMOTE, for example 8080, 8888:80, :80, 8888:http`);
}
