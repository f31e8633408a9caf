import type { Duplex, Readable } from "node:stream";
import type { Claim, Process, Resource } from "../../api/index.ts";
import type { ExecRequest } from "../../protocol/index.ts";

/** What streams may be about. */
export type StreamTarget =
  | { readonly kind: "process"; readonly process: Process }
  | { readonly kind: "claim"; readonly claim: Claim }
  | { readonly kind: "resource"; readonly resource: Resource };

/** What is asked of a process's log. */
export interface LogRequest {
  readonly follow: boolean;
  /** Lines from the end; undefined: all. */
  readonly tailLines?: number;
  /** RFC 3339. */
  readonly since?: string;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** Not the log, but what was kept under this name when the process had ended. */
  readonly result?: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/** Finds the machine of a target. Throws a StatusError where it is on none, or where the machine is not connected. */
export type FindMachine = (target: StreamTarget) => MachineStreams;

/** Streams of one target, from the machine on which it is. All reject with a StatusError where they cannot be had. */
export interface MachineStreams {
  /** Frames as pkg/protocol describes them. */
  exec(request: ExecRequest): Promise<Duplex>;
  /** What a process prints from now on, in frames, at last how it ended. */
  attach(): Promise<Duplex>;
  /** A connection to a port, by its name or number. */
  openPort(port: string): Promise<Duplex>;
  /** The log of a process, as text. */
  readLog(request: LogRequest): Promise<Readable>;
}
