/**
 * Hosts that the server cannot reach dial out to it. The connection is TLS to the API's port, upgraded (`Upgrade:
 * plush-join/1`) and from then on lines of JSON, until it is a link: then it is turned around, and what follows is HTTP/2
 * whose client is the server, as over SSH.
 *
 * Host                                          Server
 * {do: "ca"}                                    {ca} and the end. What it is worth is said by a hash that the host was given.
 * {do: "register", token, publicKey, name, address}
 *                                               {clusterUid, resourceUid, resourceName} or {error}, and the end
 * {do: "link", resourceUid}                     {nonce}
 * {signature}: Ed25519, of `linkProof`          {do: "ping"}, now and then; or {error}, and the end
 * {do: "pong"}
 *                                               {do: "start", config, replace}: the agent is wanted
 * {do: "send"}: it has no such agent            {do: "agent", size}, and so many bytes
 * {do: "starting"}, {do: "started"} or {error}  {do: "go"}: from here on HTTP/2
 *                                               {do: "remove"}: the agent and all it put there
 * {do: "removed"}
 */
export const joinRoute = "/plush/v1/join";
export const joinUpgrade = "plush-join/1";

/** Where tokens are made: POST JoinTokenRequest → JoinTokenAnswer. */
export const joinTokenRoute = "/plush/v1/join-tokens";

export interface JoinTokenRequest {
  readonly pool: string;
  readonly uses: number;
  /** Absent: as its pool says. */
  readonly ttlMs?: number;
}

export interface JoinTokenAnswer {
  readonly token: string;
  /** "sha256:" and the hex digest of the authority's public key (SPKI DER). */
  readonly caHash: string;
  readonly expires: string;
}

export interface RegisterRequest {
  readonly token: string;
  /** Ed25519, SPKI DER, base64. */
  readonly publicKey: string;
  readonly name: string;
  /** PLUSH_ADDRESS of processes there. */
  readonly address: string;
}

export interface Registered {
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly resourceName: string;
}

/** What a host signs to show who it is: good for one connection to one server. */
export function linkProof(link: {
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly nonce: string;
}): string {
  return `${joinUpgrade} ${link.clusterUid} ${link.resourceUid} ${link.nonce}`;
}

/** A line of JSON as a record; throws what the other end calls an error, or where it is no record. */
export function readJoinLine(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (!isRecord(value)) throw new Error("the other end does not speak this protocol");
  if (typeof value["error"] === "string") throw new Error(value["error"]);
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
