import { randomBytes } from "node:crypto";
import type { Clock } from "../clock/index.ts";
import { isSampled, type Sampler } from "./sampler-plan.ts";
import { type Attributes, type EndedSpan, Span, type SpanKind } from "./span.ts";
import type { TraceContext } from "./trace-context.ts";

export interface TracerOptions {
  readonly clock: Clock;
  readonly sampler: Sampler;
  readonly onEnd: (span: EndedSpan) => void;
}

export interface SpanRequest {
  readonly kind?: SpanKind;
  /** Absent: a trace begins. */
  readonly parent?: TraceContext | undefined;
  readonly attributes?: Attributes;
}

const traceBytes = 16;
const spanBytes = 8;

/** Begins spans. */
export class Tracer {
  readonly #options: TracerOptions;

  constructor(options: TracerOptions) {
    this.#options = options;
  }

  start(name: string, { kind = "internal", parent, attributes = {} }: SpanRequest = {}): Span {
    const { clock, sampler, onEnd } = this.#options;
    const traceId = parent?.traceId ?? randomBytes(traceBytes).toString("hex");
    const context: TraceContext = {
      traceId,
      spanId: randomBytes(spanBytes).toString("hex"),
      isSampled: isSampled(sampler, traceId, parent?.isSampled),
      ...(parent?.state !== undefined && { state: parent.state }),
    };
    const startedAt = clock.now();
    const since = clock.monotonic();
    return new Span({
      ...{ name, kind, context, startedAt, attributes, onEnd },
      ...(parent !== undefined && { parentSpanId: parent.spanId }),
      now: () => startedAt + (clock.monotonic() - since),
      // What is sampled above is sampled below, whatever the sampler says of beginnings.
      child: (childName, childAttributes) => this.#child(childName, childAttributes, context),
    });
  }

  /** Runs in a span of its own, which ends with it. */
  async within<T>(name: string, request: SpanRequest, run: (span: Span) => Promise<T>): Promise<T> {
    const span = this.start(name, request);
    try {
      return await run(span);
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  #child(name: string, attributes: Attributes, parent: TraceContext): Span {
    return this.start(name, { parent, attributes });
  }
}
