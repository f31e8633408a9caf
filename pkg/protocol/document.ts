/**
 * What the server wants of one machine. Always whole, never a delta; signed; refused by the agent when its
 * (term, generation) is older than one it has accepted.
 */
export interface AgentDocument {
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly resourceName: string;
  /** Raised by every restore of the server's data; compared before `generation`. */
  readonly term: number;
  /** The store's revision of the snapshot from which this was rendered. */
  readonly generation: number;
  readonly claims: readonly ClaimOrder[];
}

/**
 * Run: software is installed, processes run. Stop: processes stop, everything stays. Remove: all of the claim goes, and
 * a receipt is reported. A claim in the agent's ledger that no order names is an orphan: it is left alone and reported.
 */
export type ClaimIntent = "Run" | "Stop" | "Remove";

export interface ClaimOrder {
  readonly uid: string;
  readonly namespace: string;
  /** Name of the Claim object. */
  readonly name: string;
  readonly application?: string;
  readonly component: string;
  /** Absent for a spare. */
  readonly ordinal?: number;
  /** PLUSH_REPLICAS; where absent, the number of the component's peers. */
  readonly replicas?: number;
  readonly epoch: number;
  readonly intent: ClaimIntent;
  /** In the order in which they are installed. */
  readonly software: readonly SoftwareOrder[];
  readonly processes: readonly ProcessOrder[];
  readonly peers: PeersDocument;
  readonly cleanup: CleanupOrder;
  /** uid of a claim here whose directory and installed software this one takes over, instead of beginning anew. */
  readonly takesOver?: string;
  /** Commands that say whether the claim can work here; absent: none. */
  readonly monitors?: readonly MonitorOrder[];
  /** What barriers answer to processes of this claim that wait at them. */
  readonly barriers?: readonly BarrierAnswer[];
  /** Its processes run only while the machine holds a lease for it; absent: always. */
  readonly fencing?: FencingOrder;
}

export interface FencingOrder {
  readonly leaseMs: number;
}

/** What a process is told that entered a barrier. */
export interface BarrierAnswer {
  readonly processUid: string;
  /** Name of the Barrier object. */
  readonly name: string;
  /** From 1. */
  readonly round: number;
  /** Reject: it came late where that is not let pass; its process fails. Refuse: it may not enter at all. */
  readonly outcome: "Pass" | "Reject" | "Refuse";
  /** From 1, in the order of entries; 0 where it did not enter. */
  readonly rank: number;
  /** How many had entered when the round was released. */
  readonly entered: number;
  readonly late: boolean;
  /** Which rule released the round, or why it did not let this one in. */
  readonly reason: string;
  /** The instant of the entry that is answered, as it was reported; absent: of whichever there is. */
  readonly entryAt?: string;
}

/** A command that is run again and again; exit status 0: all is well. */
export interface MonitorOrder {
  readonly name: string;
  readonly command: readonly string[];
  readonly periodMs: number;
  /** What takes longer is killed and has failed. */
  readonly timeoutMs: number;
  /** Successes in a row after which it passes again. */
  readonly successThreshold: number;
  /** Failures in a row that count as failure. */
  readonly failureThreshold: number;
}

export interface SoftwareOrder {
  readonly name: string;
  /** "sha256:HEX" of the archive; absent where there is nothing to fetch. */
  readonly digest?: string;
  readonly format?: "tar" | "tar.gz" | "tar.zst" | "zip" | "file" | "deb" | "rpm";
  /** Host: installed once on the machine, for all claims that need it; absent: for this claim alone. */
  readonly scope?: "Host";
  /** Name of the file where format is "file". */
  readonly fileName?: string;
  /** Leading path components dropped from each archive member. */
  readonly strip: number;
  readonly install?: readonly string[];
  readonly check?: readonly string[];
  readonly uninstall?: readonly string[];
  readonly timeoutMs: number;
}

export interface ProcessOrder {
  /** uid of the Process object. */
  readonly uid: string;
  /** Name of the Process object. */
  readonly name: string;
  /** Name of the phase in the application, where there is one. */
  readonly phase?: string;
  /** Name of the process in its phase, where there is one. */
  readonly process?: string;
  /** Hash of what is to run; another one means: stop, then start anew. */
  readonly revision: string;
  /** The claim's epoch for which this run is ordered. */
  readonly epoch: number;
  readonly intent: "Run" | "Stop";
  /** True while a replacement runs through phases that were released before it came. */
  readonly catchUp: boolean;
  readonly argv: readonly string[];
  /** Resolved by the server, secrets included; PLUSH_* and $(NAME) are the agent's. In order; later wins. */
  readonly env: readonly EnvOrder[];
  /** Inside the claim's working directory; "." by default. */
  readonly workingDir: string;
  readonly user?: string;
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly ports: readonly PortOrder[];
  /** Written before the start and kept up to date; absent: none. */
  readonly files?: readonly FileOrder[];
  readonly onPeersChange?: PeersReactionOrder;
  readonly startupProbe?: ProbeOrder;
  readonly readinessProbe?: ProbeOrder;
  readonly livenessProbe?: ProbeOrder;
  readonly stop: StopOrder;
  readonly limits: {
    readonly cpuMillis?: number;
    readonly memoryBytes?: number;
    readonly files?: number;
    readonly coreBytes?: number;
  };
  readonly log: { readonly maxSizeBytes: number; readonly keep: number };
  /** Streams that are kept apart, besides being in the log; absent: none. */
  readonly streams?: StreamsOrder;
  /** Restarts within `withinMs` after which the process is given up (state Failed); absent: never given up. */
  readonly maxRestarts?: number;
  readonly withinMs: number;
  /** The first restart after so long a good run is immediate again. */
  readonly resetAfterMs: number;
  /** Its phase was released: absent before that, and where nothing is to be cleared away. */
  readonly tidy?: TidyOrder;
  /** It is an attempt at an item of work. */
  readonly item?: ItemOrder;
}

/**
 * One attempt at one item. It starts in a directory of its own, which is made for it, and both are forgotten once it has
 * ended and no order names it: its result has been stored then.
 */
export interface ItemOrder {
  /** Items of the same work: no more of them run at the same time than there are slots. */
  readonly work: string;
  readonly slots: number;
  /** PLUSH_ITEM. */
  readonly text: string;
  /** The text is a path inside the claim's working directory, and is given as an absolute one. */
  readonly isPath: boolean;
  /** From 0. */
  readonly index: number;
  /** From 1. */
  readonly attempt: number;
  /** An attempt that takes longer is ended, and has failed: TimedOut. */
  readonly timeoutMs?: number;
}

/** What is cleared away, once for each key, after a run: what it left running, and files that match. */
export interface TidyOrder {
  readonly key: string;
  /** Patterns of files below the working directory. */
  readonly remove: readonly string[];
}

export interface StreamsOrder {
  readonly names: readonly StreamName[];
  /** So much of the beginning of each is kept. */
  readonly maxBytes: number;
}

export const streamNames = ["stdout", "stderr"] as const;

export type StreamName = (typeof streamNames)[number];

export interface EnvOrder {
  readonly name: string;
  readonly value: string;
  /** From a Secret: never expanded into argv, never shown. */
  readonly secret?: boolean;
}

/** A file of a process; values of Secrets are in its text. */
export interface FileOrder {
  /** Inside the claim's working directory. */
  readonly path: string;
  readonly mode: number;
  readonly text: string;
  /** The text is a template of members and variables. */
  readonly template: boolean;
  readonly onChange: "Restart" | "Signal" | "None";
  /** Such as "HUP". */
  readonly signal: string;
}

/** What a process is told of changed peers. */
export interface PeersReactionOrder {
  readonly signal?: string;
  readonly restart?: boolean;
}

export interface PortOrder {
  readonly name: string;
  /** 0: chosen by the agent. */
  readonly port: number;
}

export interface ProbeOrder {
  readonly httpGet?: {
    readonly path: string;
    readonly port: number | string;
    readonly scheme: "HTTP" | "HTTPS";
    readonly headers: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number | string };
  readonly exec?: { readonly command: readonly string[] };
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export interface StopOrder {
  readonly before?: readonly string[];
  readonly delayMs: number;
  readonly signal: string;
  readonly timeoutMs: number;
}

export interface CleanupOrder {
  readonly command?: readonly string[];
  readonly timeoutMs: number;
}

/** The members of every component of the application, as the peers file gives them to processes. */
export interface PeersDocument {
  readonly revision: number;
  readonly components: Readonly<Record<string, readonly PeerEntry[]>>;
}

export interface PeerEntry {
  readonly ordinal: number;
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly resource: string;
  readonly site?: string;
  readonly epoch: number;
  readonly ready: boolean;
}

/** The document as it travels: the exact bytes that were signed, and Ed25519's signature over them, base64. */
export interface SignedDocument {
  readonly payload: string;
  readonly signature: string;
}
