import { StatusError } from "../status/index.ts";

/** Where a repository is. */
export interface GitAddress {
  readonly scheme: "https" | "http" | "ssh" | "file";
  /** "" of a file. */
  readonly host: string;
  /** 0 of a file. */
  readonly port: number;
  /** As git is given it. */
  readonly url: string;
}

const defaultPorts = { https: 443, http: 80, ssh: 22, file: 0 } as const;

/** Reads the address of a repository: a URL, or user@host:path as ssh has it. Throws Invalid. */
export function readGitAddress(url: string): GitAddress {
  const short = /^[A-Za-z0-9._-]+@([A-Za-z0-9.-]+):(?!\/\/)\S+$/.exec(url)?.[1];
  if (short !== undefined) return { scheme: "ssh", host: short, port: 22, url };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const scheme = parsed?.protocol.replace(/:$/, "");
  if (parsed === undefined || !isScheme(scheme)) {
    throw new StatusError("Invalid", `${JSON.stringify(url)} is no address of a repository that can be fetched`);
  }
  // It would be seen in the list of processes, and in messages.
  if (parsed.password !== "")
    throw new StatusError("Invalid", "a repository's address holds no password: use secretRef");
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  const port = parsed.port === "" ? defaultPorts[scheme] : Number(parsed.port);
  if (host.startsWith("-")) throw new StatusError("Invalid", `${JSON.stringify(host)} is no name of a host`);
  return { scheme, host, port, url };
}

function isScheme(scheme: string | undefined): scheme is GitAddress["scheme"] {
  return scheme !== undefined && scheme in defaultPorts;
}
