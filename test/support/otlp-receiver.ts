import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as it came, with the attributes of the resource that it is of. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isInteger(value);
const isNano: Check = (value) => typeof value === "string" && /^[1-9]\d{18}$/.test(value);
const hex =
  (digits: number): Check =>
  (value) =>
    typeof value === "string" && new RegExp(`^[0-9a-f]{${digits}}$`).test(value) && !/^0+$/.test(value);

const anyValue: Readonly<Record<string, Check>> = {
  stringValue: isText,
  boolValue: (value) => typeof value === "boolean",
  intValue: (value) => typeof value === "string" && /^-?\d+$/.test(value),
  doubleValue: (value) => typeof value === "number",
};

/** Fields of opentelemetry/proto/trace/v1/trace.proto and what it is made of, in the JSON mapping of OTLP 1. */
const messages: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  ExportTraceServiceRequest: { resourceSpans: each("ResourceSpans") },
  ResourceSpans: { resource: one("Resource"), scopeSpans: each("ScopeSpans"), schemaUrl: isText },
  Resource: { attributes: each("KeyValue"), droppedAttributesCount: isCount },
  ScopeSpans: { scope: one("InstrumentationScope"), spans: each("Span"), schemaUrl: isText },
  InstrumentationScope: {
    name: isText,
    version: isText,
    attributes: each("KeyValue"),
    droppedAttributesCount: isCount,
  },
  Span: {
    traceId: hex(32),
    spanId: hex(16),
    traceState: isText,
    parentSpanId: hex(16),
    flags: isCount,
    name: isText,
    kind: (value: unknown) => [1, 2, 3, 4, 5].includes(value as number),
    startTimeUnixNano: isNano,
    endTimeUnixNano: isNano,
    attributes: each("KeyValue"),
    droppedAttributesCount: isCount,
    events: each("Event"),
    droppedEventsCount: isCount,
    links: each("Link"),
    droppedLinksCount: isCount,
    status: one("Status"),
  },
  Event: { timeUnixNano: isNano, name: isText, attributes: each("KeyValue"), droppedAttributesCount: isCount },
  Link: { traceId: hex(32), spanId: hex(16), traceState: isText, attributes: each("KeyValue"), flags: isCount },
  Status: { message: isText, code: (value: unknown) => [0, 1, 2].includes(value as number) },
  KeyValue: { key: isText, value: (value: unknown) => faultsOf("AnyValue", value).length === 0 },
  AnyValue: anyValue,
};

const required: Readonly<Record<string, readonly string[]>> = {
  ExportTraceServiceRequest: ["resourceSpans"],
  Span: ["traceId", "spanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano"],
  KeyValue: ["key", "value"],
};

function one(message: string): Check {
  return (value) => faultsOf(message, value).length === 0;
}

function each(message: string): Check {
  return (value) => Array.isArray(value) && value.every((item) => faultsOf(message, item).length === 0);
}

/** What a collector would refuse, or take for something that it is not. */
export function faultsOf(message: string, value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${message}: no object`];
  const fields = messages[message] ?? {};
  const wrong = Object.entries(value).filter(([name, inner]) => fields[name]?.(inner) !== true);
  const missing = (required[message] ?? []).filter((name) => !(name in value));
  return [...wrong.map(([name]) => `${message}.${name}`), ...missing.map((name) => `${message}.${name}: missing`)];
}

/** Takes OTLP over HTTP in JSON, and answers as a collector does: what is not as the protocol says gets 400. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly faults: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** Of the next answers; 200 when there is none left. */
  readonly answers: { readonly status: number; readonly body?: string }[] = [];
  readonly #server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    this.headers.push(request.headers);
    const { status, body = "{}" } = this.answers.shift() ?? { status: 200 };
    const faults = this.#faultsOf(request.method, request.url, request.headers, text);
    this.faults.push(...faults);
    if (faults.length === 0 && status === 200) this.#take(JSON.parse(text));
    response.writeHead(faults.length > 0 ? 400 : status, { "content-type": "application/json" }).end(body);
  });

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #faultsOf(method = "", url = "", headers: IncomingHttpHeaders, text: string): readonly string[] {
    const line = method === "POST" && url === "/v1/traces" ? [] : [`${method} ${url}`];
    const type = headers["content-type"] === "application/json" ? [] : [`content-type ${headers["content-type"]}`];
    return [...line, ...type, ...faultsOf("ExportTraceServiceRequest", JSON.parse(text))];
  }

  #take(request: ExportRequest): void {
    for (const { resource, scopeSpans } of request.resourceSpans)
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({ ...span, attributes: valuesOf(span.attributes), resource: valuesOf(resource.attributes) });
  }
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, "attributes" | "resource"> & {
        readonly attributes: readonly KeyValue[];
      })[];
    }[];
  }[];
}

function valuesOf(attributes: readonly KeyValue[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
