/**
 * Spans of what the server does, as OpenTelemetry has them, sent as OTLP over HTTP in JSON. Where nobody asks for traces
 * there is no tracer, and nothing is done.
 */
export { apart, inSpan, traced } from "./active-span.ts";
export { BatchExporter, type SpanOutcome, spanOutcomes } from "./batch-exporter.ts";
export { type ReadTraceSettings, readTraceSettings } from "./settings.ts";
export type { AttributeValue, Span } from "./span.ts";
export { readTraceContext } from "./trace-context.ts";
export { Tracer } from "./tracer.ts";
