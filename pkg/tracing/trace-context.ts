/** Where a span stands, as W3C Trace Context has it. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
  /** What others keep in it, handed on as it came. */
  readonly state?: string;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const nobody = /^0+$/;
const maxStateLength = 512;

/** Of the headers of a request; undefined where there is none, or none that can be read: then a trace begins here. */
export function readTraceContext(
  traceparent: string | readonly string[] | undefined,
  tracestate?: string | readonly string[],
): TraceContext | undefined {
  if (typeof traceparent !== "string") return undefined;
  const [, version = "ff", traceId = "", spanId = "", flags = "00", more] = pattern.exec(traceparent.trim()) ?? [];
  // Version 00 ends there; later ones may go on.
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (nobody.test(traceId) || nobody.test(spanId)) return undefined;
  const state = typeof tracestate === "string" ? tracestate : tracestate?.join(",");
  const isKept = state !== undefined && state !== "" && state.length <= maxStateLength;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1, ...(isKept && { state }) };
}
