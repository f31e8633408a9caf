import { type Attributes, type AttributeValue, type EndedSpan, spanKinds } from "./span.ts";

/** An ExportTraceServiceRequest in OTLP's JSON: names in lowerCamelCase, ids in hexadecimal, 64-bit numbers as texts. */
export function exportRequest(
  spans: readonly EndedSpan[],
  resource: Attributes,
  scope: { readonly name: string; readonly version: string },
): object {
  const scopeSpans = [{ scope, spans: spans.map(spanJson) }];
  return { resourceSpans: [{ resource: { attributes: attributesJson(resource) }, scopeSpans }] };
}

const statusError = 2;
const sampledFlag = 1;

function spanJson({ context, parentSpanId, error, ...span }: EndedSpan): object {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(context.state !== undefined && { traceState: context.state }),
    ...(parentSpanId !== undefined && { parentSpanId }),
    flags: sampledFlag,
    name: span.name,
    kind: spanKinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startedAt),
    endTimeUnixNano: nanoseconds(span.endedAt),
    attributes: attributesJson(span.attributes),
    events: span.events.map(({ name, at }) => ({ timeUnixNano: nanoseconds(at), name })),
    status: error === undefined ? {} : { code: statusError, message: error },
  };
}

/** Microseconds are what a number of this size can still hold. */
function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}

function attributesJson(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueJson(value) }],
  );
}

function valueJson(value: AttributeValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
