/**
 * Unreachable: TCP or the handshake failed. ChannelRefused: the machine is there and refuses this channel. Closed: the
 * connection ended under the request.
 */
export type RemoteReason = "Unreachable" | "AuthenticationFailed" | "HostKeyChanged" | "ChannelRefused" | "Closed";

/** Thrown by this package; `message` names the machine. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  readonly reason: RemoteReason;
  /** Fingerprint of the key that a machine presented instead of the expected one. */
  readonly presentedHostKey?: string;

  constructor(
    reason: RemoteReason,
    message: string,
    options: { readonly cause?: unknown; readonly presentedHostKey?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    if (options.presentedHostKey !== undefined) this.presentedHostKey = options.presentedHostKey;
  }
}

/** What a system error means to a person. */
export function describeSocketError(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ECONNRESET: "connection reset",
  ENOTFOUND: "host name not found",
  EAI_AGAIN: "host name cannot be resolved now",
};
