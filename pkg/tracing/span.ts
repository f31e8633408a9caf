import type { TraceContext } from "./trace-context.ts";

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** OTLP's numbers. */
export const spanKinds = { internal: 1, server: 2, client: 3 } as const;
export type SpanKind = keyof typeof spanKinds;

export interface SpanEvent {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A span that has ended. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: TraceContext;
  readonly parentSpanId?: string;
  /** Milliseconds since 1970, with fractions. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** Of what failed: why. */
  readonly error?: string;
}

export interface SpanParts extends Pick<EndedSpan, "name" | "kind" | "context" | "parentSpanId" | "startedAt"> {
  readonly attributes: Attributes;
  /** Milliseconds since 1970, on a clock that does not jump while the span lasts. */
  readonly now: () => number;
  /** Makes a span of the same trace below this one. */
  readonly child: (name: string, attributes: Attributes) => Span;
  readonly onEnd: (span: EndedSpan) => void;
}

const maxEvents = 32;
const maxTextLength = 1024;

/** Something that takes time. One that is not sampled takes what it is told, and forgets it. */
export class Span {
  readonly context: TraceContext;
  readonly #parts: SpanParts;
  readonly #attributes: Record<string, AttributeValue | undefined>;
  readonly #events: SpanEvent[] = [];
  #error: string | undefined;
  #hasEnded = false;

  constructor(parts: SpanParts) {
    this.#parts = parts;
    this.context = parts.context;
    this.#attributes = { ...parts.attributes };
  }

  set(name: string, value: AttributeValue): void {
    this.#attributes[name] = value;
  }

  /** Something that happened at this moment. */
  event(name: string): void {
    if (this.#events.length < maxEvents) this.#events.push({ name, at: this.#parts.now() });
  }

  fail(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#error = text.slice(0, maxTextLength);
  }

  child(name: string, attributes: Attributes): Span {
    return this.#parts.child(name, attributes);
  }

  /** A second call does nothing. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (!this.context.isSampled) return;
    const { name, kind, context, parentSpanId, startedAt, now, onEnd } = this.#parts;
    onEnd({
      ...{ name, kind, context, startedAt, endedAt: now(), attributes: this.#attributes, events: this.#events },
      ...(parentSpanId !== undefined && { parentSpanId }),
      ...(this.#error !== undefined && { error: this.#error }),
    });
  }
}
