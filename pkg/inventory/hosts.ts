import { StatusError } from "../status/index.ts";

/** One entry of a static pool, as a manifest writes it. */
export interface HostEntry {
  readonly address: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ssh?: { readonly user?: string; readonly port?: number };
}

/** "10.0.0.[1-5],admin@far.example:2222". Commas inside brackets belong to a pattern. Throws BadRequest. */
export function readHostList(text: string): readonly HostEntry[] {
  return text
    .split(/,(?![^[]*\])/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => parseHost([part]));
}

/** Lines "[USER@]ADDRESS[:PORT] [name=NAME] [LABEL=VALUE ...]"; what follows # is left out. Throws BadRequest. */
export function hostLines(text: string): readonly HostEntry[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map((line) => parseHost(line.split(/\s+/)));
}

function parseHost([place = "", ...settings]: readonly string[]): HostEntry {
  const { user, host, port } = parsePlace(place);
  const labels: Record<string, string> = {};
  let name: string | undefined;
  for (const setting of settings) {
    const [key = "", value] = setting.split("=", 2);
    if (value === undefined)
      throw new StatusError("BadRequest", `${JSON.stringify(setting)} is not name=NAME or LABEL=VALUE`);
    if (key === "name") name = value;
    else labels[key] = value;
  }
  const ssh = { ...(user !== undefined && { user }), ...(port !== undefined && { port }) };
  return {
    address: host,
    ...(name !== undefined && { name }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(ssh).length > 0 && { ssh }),
  };
}

export interface Place {
  readonly user?: string;
  readonly host: string;
  readonly port?: number;
}

/** "[USER@]HOST[:PORT]"; an IPv6 address with a port stands in brackets. Throws BadRequest. */
export function parsePlace(text: string): Place {
  const [, user, rest = ""] = /^(?:([^@]+)@)?(.+)$/.exec(text) ?? [];
  const [, bracketed, bracketPort] = /^\[([0-9a-f:]*:[0-9a-f:]*)\](?::(\d+))?$/i.exec(rest) ?? [];
  const [, plain, plainPort] = /^([^:]+)(?::(\d+))?$/.exec(rest) ?? [];
  const host = bracketed ?? plain ?? rest;
  const port = bracketPort ?? plainPort;
  if (host === "" || (port !== undefined && Number(port) > 65_535))
    throw new StatusError("BadRequest", `${JSON.stringify(text)} is no host`);
  return { host, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) };
}
