import type { Resource } from "../api/index.ts";
import type { LimitOptions } from "../apiserver/index.ts";
import type { Connector } from "../fabric/index.ts";
import type { LogLevel } from "../log/index.ts";
import type { ReadTraceSettings } from "../tracing/index.ts";
import type { BackupSchedule } from "./backups/schedule-plan.ts";
import type { LogFileOptions } from "./log-file.ts";

export interface ServerOptions {
  /** Holds everything the server keeps. */
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where /metrics is served without credentials; absent: on the API port alone. */
  readonly metricsListen?: { readonly host: string; readonly port: number };
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
  /** Absent: stderr. */
  readonly logFile?: LogFileOptions;
  /** Where spans are sent; absent: nothing is traced. */
  readonly tracing?: ReadTraceSettings;
  /** Names and addresses for the certificate, besides those of `host`. */
  readonly names: readonly string[];
  /** The agent's bundle. */
  readonly agentBundle: string;
  /** The console's files; absent or not there: no console. */
  readonly consoleDirectory?: string;
  /** This program itself, for what needs a process of its own. */
  readonly program: string;
  /** When backups are made without being asked for; absent: never. */
  readonly backups?: BackupSchedule;
  /** The program that makes distances between emulated machines; absent or not there: no emulated pools. */
  readonly delayLine?: string;
  /** The operator's SSH agent, if there is one. */
  readonly sshAgentSocket?: string;
  readonly version: string;
  /**
   * Another way to machines of static pools than SSH, for programs that pretend them. No flag and no object asks for it.
   */
  readonly connectorTo?: (resource: Resource) => Connector;
  /** Where requests are recorded; absent: in the data directory. */
  readonly audit?: AuditOptions;
  readonly limits?: LimitOptions;
  /** Whose users may log in beside those that this server knows itself. */
  readonly oidc?: OidcOptions;
  /** Whom tokens of service accounts name as their issuer; absent: the cluster, by its uid. */
  readonly serviceAccountIssuer?: string;
  /** Whether repositories of this computer may be read where others reach the server; default: only while nobody does. */
  readonly allowFileRepositories?: boolean;
  /** How long a client may be away and go on where it was, in milliseconds; absent: a day. */
  readonly historyMaxAgeMs?: number;
}

/** An OpenID Connect issuer. Names and defaults are those of Kubernetes' flags. */
export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly usernameClaim?: string;
  readonly usernamePrefix?: string;
  readonly groupsClaim?: string;
  readonly groupsPrefix?: string;
  readonly requiredClaims?: Readonly<Record<string, string>>;
  readonly signingAlgorithms?: readonly string[];
  /** PEM; absent: the authorities that are commonly trusted. */
  readonly ca?: string;
}

export interface AuditOptions {
  /** A file; "-": standard output; "": nothing is recorded; absent: audit/audit.log in the data directory. */
  readonly path?: string;
  readonly maxMegabytes?: number;
  /** 0: all. */
  readonly maxBackups?: number;
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Whether nobody but this machine can reach the server: some things are allowed only then. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}
