import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import type { Metrics } from "../metrics/index.ts";
import { BatchExporter, type SpanOutcome, spanOutcomes, Tracer } from "../tracing/index.ts";
import type { Closers } from "./closers.ts";
import type { ServerOptions } from "./server-options.ts";

/** Where the operator wants traces, who begins them; what waits is sent before the server ends. */
export function openTracing(
  { tracing, version }: Pick<ServerOptions, "tracing" | "version">,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Logger; readonly metrics: Metrics },
  closers: Closers,
): Tracer | undefined {
  const spans = metrics.counter<"result">({
    name: "plush_trace_spans_total",
    help: "Spans of traces that have ended, by what became of them: exported, dropped because too many waited, failed to be taken.",
    labels: ["result"],
  });
  for (const result of spanOutcomes) spans.inc({ result }, 0);
  for (const warning of tracing?.warnings ?? []) log.warn({ warning }, "traces");
  const settings = tracing?.settings;
  if (settings === undefined) return undefined;
  const exporter = new BatchExporter({
    ...settings,
    resource: { "service.version": version, "service.instance.id": `${process.pid}`, ...settings.resource },
    clock,
    version,
    count: (result: SpanOutcome, count) => spans.inc({ result }, count),
    onFailure: (why) => log.warn({ why }, "traces are not taken"),
  });
  closers.add(() => exporter.close());
  return new Tracer({ clock, sampler: settings.sampler, onEnd: (span) => exporter.add(span) });
}
