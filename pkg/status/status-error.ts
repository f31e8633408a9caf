/**
 * The closed list of reasons an operation can fail for, each with its one HTTP code. The same words stand on the
 * wire (Status.reason of Kubernetes' API conventions), in conditions and in the exit path of the command line.
 */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  Unreachable: 502,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

export type StatusReason = keyof typeof codes;

/** Reasons after which the same request may succeed later without anybody changing anything. */
const retryableReasons: ReadonlySet<StatusReason> = new Set([
  "Conflict",
  "TooManyRequests",
  "InternalError",
  "Unreachable",
  "ServiceUnavailable",
  "Timeout",
]);

/** One fault in an input: which field, what is wrong. `reason` is one of Kubernetes' CauseType words. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusErrorOptions {
  readonly details?: StatusDetails;
  /** Of a list that cannot go on where it should: the token by which it goes on all the same. */
  readonly continue?: string;
  readonly cause?: unknown;
}

/** Body of an error on the wire: Kubernetes' meta/v1 Status. */
export interface StatusBody {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Record<string, unknown>;
  readonly status: "Failure" | "Success";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** The one error type. `message` is for the person who made the request; `cause` is logged, never sent. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly reason: StatusReason;
  readonly details: StatusDetails;
  readonly continue: string | undefined;

  constructor(reason: StatusReason, message: string, options: StatusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.details = options.details ?? {};
    this.continue = options.continue;
  }

  /** The HTTP status code. */
  get code(): number {
    return codes[this.reason];
  }

  get retryable(): boolean {
    return retryableReasons.has(this.reason);
  }

  toBody(): StatusBody {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: this.continue === undefined ? {} : { continue: this.continue },
      status: "Failure",
      message: this.message,
      reason: this.reason,
      details: this.details,
      code: this.code,
    };
  }

  /** Makes a StatusError of anything caught. An unknown error is InternalError and keeps the original as cause. */
  static from(error: unknown): StatusError {
    if (error instanceof StatusError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new StatusError("InternalError", message, { cause: error });
  }

  /** Reads a Status body received from a server; `code` decides where the reason is missing or unknown. */
  static fromBody(code: number, body: unknown): StatusError {
    if (!isStatusBody(body))
      return new StatusError(reasonForCode(code), typeof body === "string" ? body : `HTTP ${code}`);
    const reason =
      body.reason !== undefined && Object.hasOwn(codes, body.reason)
        ? (body.reason as StatusReason)
        : reasonForCode(code);
    return new StatusError(reason, body.message ?? `HTTP ${code}`, { details: body.details ?? {} });
  }
}

export function isReason(error: unknown, reason: StatusReason): boolean {
  return error instanceof StatusError && error.reason === reason;
}

function isStatusBody(body: unknown): body is StatusBody {
  return typeof body === "object" && body !== null && (body as { kind?: unknown }).kind === "Status";
}

function reasonForCode(code: number): StatusReason {
  for (const [reason, candidate] of Object.entries(codes)) if (candidate === code) return reason as StatusReason;
  return code >= 500 ? "InternalError" : "BadRequest";
}
