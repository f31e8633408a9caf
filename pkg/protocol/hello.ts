/** The protocol this build speaks; a server also speaks to agents one version older. */
export const protocolVersion = 1;

/** Body of POST /v1/hello, from the server. */
export interface ServerHello {
  readonly protocol: number;
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly term: number;
}

/** The agent's answer. */
export interface AgentHello {
  readonly protocol: number;
  /** Version of the agent's bundle: its sha256, so that an agent of another build is known at once. */
  readonly version: string;
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly bootIdentity: string;
  readonly document: { readonly term: number; readonly generation: number };
  /** Digests of the peers that it holds: those that this document names. */
  readonly peers?: readonly string[];
  /** It can have a parent and children. */
  readonly tree?: true;
  /** It can fetch packages from other machines, and give them to these. */
  readonly packages?: true;
  /** It can measure round trips to other machines, and tell its clock. */
  readonly network?: true;
  /** It takes many commands over one request. */
  readonly commands?: true;
}

/** DIR/agent.json, written when the agent is brought up; what the agent trusts for its whole life. */
export interface AgentConfig {
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly resourceName: string;
  /** Ed25519 public key (SPKI PEM) with which documents are signed. */
  readonly serverKey: string;
  /** sha256 of the bundle, as the server knows it. */
  readonly version: string;
  /** PLUSH_ADDRESS of processes here. */
  readonly address: string;
  readonly beatMs: number;
  readonly orphanAfterMs: number;
  /** Packages that no claim waits for are kept up to so much, so that they need not be sent again; absent: 10 GiB. */
  readonly cacheBytes?: number;
  /** Where the agent runs as root by sudo, uid of who logged in: may use the socket, and is whom processes run as. */
  readonly socketUid?: number;
  /** Reported in place of the kernel's, for machines that are pretended: several on one computer, each rebooted alone. */
  readonly bootIdentity?: string;
}
