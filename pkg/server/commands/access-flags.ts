import { defaultLimits } from "../../apiserver/index.ts";
import { type Arguments, type Flag, UsageError } from "../../cli/index.ts";
import type { ServerOptions } from "../server-options.ts";
import { oidcFlags, readOidcFlags } from "./oidc-flags.ts";

/** Flags about who is let in, what is recorded of it, and how much one may ask. Names and meaning as Kubernetes has them. */
export const accessFlags: readonly Flag[] = [
  {
    name: "audit-log-path",
    type: "text",
    value: "FILE",
    help: 'where requests are recorded (default DATA-DIR/audit/audit.log); "-" is standard output, "" nowhere',
  },
  {
    name: "audit-log-maxsize",
    type: "number",
    value: "MIB",
    help: "a record of this size is put aside (default 100)",
  },
  {
    name: "audit-log-maxbackup",
    type: "number",
    value: "N",
    help: "so many of these are kept (default 10; 0: all)",
  },
  {
    name: "max-requests-per-second",
    type: "number",
    value: "N",
    help: `requests of one user a second (default ${defaultLimits.requestsPerSecond}, thrice as many at once; 0: no limit)`,
  },
  {
    name: "max-requests-inflight",
    type: "number",
    value: "N",
    help: `requests being answered at once (default ${defaultLimits.requestsInFlight}; 0: no limit)`,
  },
  {
    name: "max-streams-per-user",
    type: "number",
    value: "N",
    help: `watches, logs and commands of one user at once (default ${defaultLimits.streamsPerUser}; 0: no limit)`,
  },
  {
    name: "service-account-issuer",
    type: "text",
    value: "URL",
    help: "whom tokens of service accounts name as their issuer, and under which others find the keys (default: the cluster's id)",
  },
  ...oidcFlags,
];

export function readAccessFlags(
  args: Arguments,
): Pick<ServerOptions, "audit" | "limits" | "serviceAccountIssuer" | "oidc"> {
  const oidc = readOidcFlags(args);
  const serviceAccountIssuer = args.text("service-account-issuer");
  const path = args.text("audit-log-path");
  const maxMegabytes = countOf(args, "audit-log-maxsize", 1);
  const maxBackups = countOf(args, "audit-log-maxbackup");
  return {
    ...(oidc !== undefined && { oidc }),
    ...(serviceAccountIssuer !== undefined && { serviceAccountIssuer: issuerUrl(serviceAccountIssuer) }),
    audit: {
      ...(path !== undefined && { path }),
      ...(maxMegabytes !== undefined && { maxMegabytes }),
      ...(maxBackups !== undefined && { maxBackups }),
    },
    limits: {
      ...defaultLimits,
      requestsPerSecond: countOf(args, "max-requests-per-second") ?? defaultLimits.requestsPerSecond,
      requestsInFlight: countOf(args, "max-requests-inflight") ?? defaultLimits.requestsInFlight,
      streamsPerUser: countOf(args, "max-streams-per-user") ?? defaultLimits.streamsPerUser,
    },
  };
}

function countOf(args: Arguments, name: string, least = 0): number | undefined {
  const value = args.number(name);
  if (value !== undefined && value < least) throw new UsageError(`--${name}: at least ${least} is expected`);
  return value;
}

function issuerUrl(text: string): string {
  if (URL.canParse(text) && new URL(text).protocol === "https:") return text;
  throw new UsageError("--service-account-issuer: an address that begins with https:// is expected");
}
