import type { Duplex, Readable } from "node:stream";
import type {
  AgentConfig,
  AgentDocument,
  ClaimReport,
  DocumentPosition,
  ExecRequest,
  ExecResult,
  HostReport,
  LeaseRequest,
  PortRequest,
  PrefetchPackage,
  ResultsRequest,
  SignedGrant,
  UsageReport,
} from "../protocol/index.ts";
import type { AgentSession } from "./agent-session.ts";
import type { TakeOutput } from "./command-answer.ts";
import type { MachineAnswer } from "./early-answers.ts";
import type { LogOptions, OpenLog } from "./log-options.ts";

/**
 * What has changed of an observation. runs: how processes of its claims are, their barriers included, and which document it
 * holds; nothing else. machine: anything.
 */
export type HostNews = "runs" | "machine";

/**
 * The server's side of all links to agents: brings agents up, keeps a connection to each, delivers documents, gathers
 * reports, judges silence. Knows machines by the uid of their Resource; knows no API object.
 */
export interface Fabric {
  /** Starts or changes the pursuit of a machine; safe to repeat, does nothing where `fingerprint` is the same. */
  attach(host: HostConfig): void;
  /** Ends the pursuit. With `remove`, first has the agent remove itself and all it put there; rejects where that fails. */
  detach(resourceUid: string, options: { readonly remove: boolean; readonly signal: AbortSignal }): Promise<void>;
  /** The document that the machine should have; delivered now or when it is reached; not sent again while content is equal. */
  setDocument(document: AgentDocument): void;
  /**
   * Tells machines what their next documents will answer, as of this revision of the store. What does not arrive is not
   * sent again: the documents say it.
   */
  answerEarly(answers: readonly MachineAnswer[], generation: number): void;
  /** Whether `answerEarly` reaches the machine; false where it is not connected, or its agent heeds documents alone. */
  takesAnswers(resourceUid: string): boolean;
  /**
   * Packages that the machine may need one day, all of them: put into its cache when it needs no others, and unpacked
   * there, as far as there is room. What failed is tried again with the next call.
   */
  prefetch(resourceUid: string, packages: readonly PrefetchPackage[]): void;
  /** Acknowledges a receipt, so that the agent forgets the claim. */
  acknowledge(resourceUid: string, claimUid: string): void;
  observe(resourceUid: string): HostObservation;
  /** Called with the uid of a machine whose observation changed (not for beats). Returns the unsubscriber. */
  subscribe(listener: (resourceUid: string, news: HostNews) => void): () => void;
  /** Rejects Unreachable where the machine is not connected. */
  exec(resourceUid: string, request: ExecRequest): Promise<Duplex>;
  /**
   * Runs a command without input: it is started once and its output comes whole, also where the connection is lost and the
   * machine is reached in another way.
   */
  run(resourceUid: string, request: RunOrder, take: TakeOutput): RunningCommand;
  /** What a process prints from now on, in frames as exec's. */
  watchOutput(resourceUid: string, processUid: string): Promise<Duplex>;
  /** A connection to a port of the machine; rejects with a text for people where there is none. */
  openPort(resourceUid: string, request: PortRequest): Promise<Duplex>;
  logs(resourceUid: string, processUid: string, options: LogOptions): Promise<OpenLog>;
  /** A tar archive of what a process leaves, see pkg/protocol. */
  results(resourceUid: string, processUid: string, request: ResultsRequest, signal: AbortSignal): Promise<Readable>;
  /** What the machine and its processes use now; takes up to a second, in which it is measured. */
  usage(resourceUid: string): Promise<UsageReport>;
  /** Has the machine restart; resolves when it is going down. Rejects with a StatusError where it will not. */
  reboot(resourceUid: string): Promise<void>;
  /** Makes a failed or waiting machine be tried again now (key trusted, secret changed). */
  retry(resourceUid: string): void;
  close(): Promise<void>;
}

export type RunOrder = Omit<ExecRequest, "stdin" | "tty" | "kept">;

/** A command on a machine. */
export interface RunningCommand {
  /** How it ended. Rejects with a StatusError where that is not known, as of one that was stopped. */
  readonly ended: Promise<ExecResult>;
  /** Ends it there. */
  stop(): void;
}

export interface HostConfig {
  readonly resourceUid: string;
  readonly resourceName: string;
  /** Changes when anything about how to reach the machine does. */
  readonly fingerprint: string;
  readonly connector: Connector;
  readonly address: string;
  readonly detection: { readonly beatMs: number; readonly missed: number; readonly probeMs: number };
  readonly orphanAfterMs: number;
  /** Absent: it is always reached directly. */
  readonly tree?: TreeSettings;
  /** Its place in the tree when that was written down last; absent: not known. */
  readonly lastPlace?: LastPlace;
  /** Absent: the server sends it all packages. */
  readonly packages?: PackageSettings;
  /** Absent: it measures no round trips to others. */
  readonly network?: NetworkSettings;
  /** Packages that no claim waits for are kept up to so much; absent: as the agent sees fit. */
  readonly cacheBytes?: number;
}

/** Which machines give packages to each other, and how. */
export interface PackageSettings {
  /** Machines of the same group do. */
  readonly group: string;
  /** Machines with the same word are near to each other; "": not known. */
  readonly site: string;
  /** Where it listens for others; 0: any port. */
  readonly port: number;
  /** So many are given packages by it at once. */
  readonly uploads: number;
  /** To all of them together; absent: as much as they take. */
  readonly bytesPerSecond?: number;
}

/** How a machine finds out where it is in the network. */
export interface NetworkSettings {
  /** Where it answers others, UDP; 0: any port. */
  readonly port: number;
  /** Machines with the same word are near to each other; "": not known. */
  readonly site: string;
  /** false: nobody measures to it, and it measures to nobody; the server's own round trip is all that is known. */
  readonly probes: boolean;
}

/** What is known of where a machine is in the network; replaced where it has changed noticeably. */
export interface HostNetwork {
  readonly place?: HostPlace;
  /** From the server to the machine and back. */
  readonly roundTripMs?: number;
  /** How much its clock is ahead of the server's. */
  readonly clockOffsetMs?: number;
}

/** Coordinates, in milliseconds. */
export interface HostPlace {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly height: number;
  /** How far off estimates are, as a share of what is measured. */
  readonly error: number;
  /** By what it was found: round trips to other machines, or the server's round trip to it alone. */
  readonly by: "Peers" | "Server";
  /** RFC 3339: since when it is about that. */
  readonly at: string;
  /** No peer has answered for minutes. */
  readonly stale?: true;
  /** To its peers, the nearest first. */
  readonly roundTrips: readonly { readonly resource: string; readonly ms: number }[];
}

/** What a machine gave to another one that was not the package. */
export interface CorruptPackage {
  readonly digest: string;
  /** uid of the machine that says so. */
  readonly by: string;
  readonly message: string;
  /** Wall clock. */
  readonly at: number;
}

/** Which machines may be each other's parents, and how many each of them has. */
export interface TreeSettings {
  /** Machines of the same group make one tree. */
  readonly group: string;
  /** A group of at most so many is a star; 0: whatever its size. */
  readonly fanOut: number;
  /** Where parents listen; 0: any port. */
  readonly port: number;
  /** Machines with the same word are near to each other; "": not known. */
  readonly site: string;
}

/** Where a machine of a tree stood, under a server that was there before. */
export interface LastPlace {
  /** uid; absent: the server reached it directly. */
  readonly parentUid?: string;
}

/** Where a machine of a tree stands. */
export interface TreePosition {
  /** Name of its parent; absent: the server reaches it directly. */
  readonly parent?: string;
  /** 1 for those that the server reaches directly. */
  readonly depth: number;
}

/** How one machine is reached: over SSH, or as a child directory of this computer. Made by providers. */
export interface Connector {
  /** Reaches the agent's socket, bringing the agent up (or a newer one in place of an older) where needed. */
  connect(request: ConnectRequest): Promise<AgentConnection>;
  /** What a look from outside says, for a machine whose link is silent. Takes at most `timeoutMs`. */
  probe(timeoutMs: number, signal: AbortSignal): Promise<ProbeVerdict>;
  /** Where other machines can look at this one; absent where that is no way to see it. */
  readonly lookTarget?: { readonly address: string; readonly port: number };
  /** Removes agent and directory by other means where the agent itself does not answer. */
  remove(signal: AbortSignal): Promise<void>;
}

export interface ConnectRequest {
  readonly config: AgentConfig;
  readonly signal: AbortSignal;
  /** Progress for status and Events: see `connectSteps`. */
  readonly onStep: (step: string) => void;
  /**
   * Awaited by a connector once the machine has answered and before costly work begins, so that machines which do not
   * answer never hold a place. Absent: no limit.
   */
  readonly enter?: () => Promise<void>;
  /** Set where an agent that answers must be replaced by a newly started one, with the reason for people. */
  readonly replace?: string;
}

/** What connectors say while they work; `startingAgent` is evidence that there was no agent. */
export const connectSteps = {
  connecting: "connecting",
  inspecting: "inspecting",
  uploadingAgent: "uploading agent",
  uploadingRuntime: "uploading Node runtime",
  startingAgent: "starting agent",
} as const;

export interface AgentConnection<Stream = Duplex | AgentSession> {
  /** Ends at the agent's socket; a session, where the agent is spoken with by other means than HTTP/2. */
  readonly stream: Stream;
  /** SHA256 fingerprint of the host key presented, where there is one. */
  readonly hostKey?: string;
  close(): void;
}

/**
 * refused: a TCP reset, the machine is up. answered: something accepted TCP. silent: nothing came back. gone: known to be
 * dead. unknown: nothing could be learned (a jump host does not answer).
 */
export type ProbeVerdict = "refused" | "answered" | "silent" | "gone" | "unknown";

/**
 * Why a machine cannot be used, as a closed list for conditions: Unreachable (TCP), AuthenticationFailed,
 * HostKeyChanged, SudoFailed, RuntimeMissing, DiskFull, BootstrapFailed, ProtocolMismatch, Superseded.
 */
export type ConnectFailureReason =
  | "Unreachable"
  | "AuthenticationFailed"
  | "HostKeyChanged"
  | "SudoFailed"
  | "RuntimeMissing"
  | "DiskFull"
  | "BootstrapFailed"
  | "ProtocolMismatch"
  | "Superseded";

/** Thrown by connectors. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
  readonly reason: ConnectFailureReason;
  /** Both fingerprints where a host key changed. */
  readonly presentedHostKey?: string;

  constructor(
    reason: ConnectFailureReason,
    message: string,
    options: { cause?: unknown; presentedHostKey?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    if (options.presentedHostKey !== undefined) this.presentedHostKey = options.presentedHostKey;
  }
}

/** Times are the server's monotonic milliseconds unless they end in `At` (wall clock, ms). */
export type HostObservation =
  /** Not attached, or attached and never reached since this server started. */
  | {
      readonly state: "connecting";
      readonly sinceAt: number;
      readonly step: string;
      readonly failure?: ConnectFailure;
      /** What looks from outside say; only once the server has tried for long enough to trust them after its start. */
      readonly verdict?: "dead" | "down" | "unreachable";
      readonly evidence?: string;
    }
  | {
      readonly state: "connected";
      readonly sinceAt: number;
      readonly hostKey?: string;
      readonly host: HostReport;
      /** What the agent last accepted. */
      readonly document: DocumentPosition;
      readonly claims: ReadonlyMap<string, ClaimReport>;
      /** Missed beats, no verdict yet. */
      readonly suspect: boolean;
      /** Digests that are in its cache, and unpacked, because of `prefetch`; absent before the first call for it. */
      readonly prefetched?: readonly string[];
      /** Absent where the machine belongs to no tree. */
      readonly tree?: TreePosition;
      /** Nobody is sent to it for packages because of that. */
      readonly corrupt?: CorruptPackage;
      /** Absent while nothing is known. */
      readonly network?: HostNetwork;
    }
  /** Was connected by this server and is not now. `last` is what it last reported; it may no longer hold. */
  | {
      readonly state: "lost";
      /** When the last sign of life came. */
      readonly sinceAt: number;
      /** dead: nothing answers. down: machine up, sshd gone. unreachable: something answers TCP, the agent does not. agentDead: agent is being restarted. */
      readonly verdict: "judging" | "dead" | "down" | "unreachable" | "agentDead";
      readonly verdictAt: number;
      readonly evidence: string;
      readonly failure?: ConnectFailure;
      readonly last: { readonly host: HostReport; readonly claims: ReadonlyMap<string, ClaimReport> };
    };

export interface ConnectFailure {
  readonly reason: ConnectFailureReason;
  readonly message: string;
  readonly attempts: number;
  readonly lastAt: number;
  readonly nextAt: number;
  readonly presentedHostKey?: string;
}

/** Who grants leases to machines. */
export interface LeaseSource {
  /** Undefined where there is nothing to grant. Must not reject. */
  renew(resourceUid: string, request: LeaseRequest): Promise<SignedGrant | undefined>;
}

/** Where packages come from when an agent needs one; implemented over pkg/blobs. */
export interface BlobSource {
  /** Undefined where the server has no such blob. */
  open(digest: string, offset: number): Promise<{ readonly size: number; readonly stream: Readable } | undefined>;
}
