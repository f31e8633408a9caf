import { type Sampler, samplerOf } from "./sampler-plan.ts";

/** Where spans are sent, and how; as OpenTelemetry's environment variables say. */
export interface TraceSettings {
  /** With its path: https://collector:4318/v1/traces. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Attributes of the server itself; service.name among them. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: Sampler;
  /** Spans that wait at most; more are dropped. */
  readonly maxQueue: number;
  readonly maxBatch: number;
  /** So long spans wait for others. */
  readonly delayMs: number;
}

export interface ReadTraceSettings {
  /** Undefined: nobody wants traces, or they cannot be sent as they are wanted. */
  readonly settings?: TraceSettings;
  /** What is set and has no effect, for the operator. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaults = { timeoutMs: 10_000, maxQueue: 2048, maxBatch: 512, delayMs: 5000, sampler: "parentbased_always_on" };
const protocol = "http/json";

/** As the specification says it: what makes no sense is told and left out, and never keeps the server from starting. */
export function readTraceSettings(env: Environment): ReadTraceSettings {
  const warnings: string[] = [];
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  const url = urlOf(given);
  const exporter = given("OTEL_TRACES_EXPORTER") ?? "otlp";
  if (url === undefined || given("OTEL_SDK_DISABLED")?.toLowerCase() === "true" || exporter === "none")
    return { warnings };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return { warnings: [`OTEL_EXPORTER_OTLP_ENDPOINT: ${url} is no address of http or https: no traces are sent`] };
  const wanted = given("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") ?? given("OTEL_EXPORTER_OTLP_PROTOCOL") ?? protocol;
  if (wanted !== protocol)
    return {
      warnings: [`OTEL_EXPORTER_OTLP_PROTOCOL=${wanted}: ${protocol} is spoken here, and no other: no traces are sent`],
    };
  if (exporter !== "otlp") return { warnings: [`OTEL_TRACES_EXPORTER=${exporter}: otlp or none: no traces are sent`] };
  const count = (name: string, fallback: number): number => {
    const text = given(name);
    const value = Number(text ?? fallback);
    if (Number.isInteger(value) && value > 0) return value;
    warnings.push(`${name}=${text}: a whole number above 0 is expected; ${fallback} is taken`);
    return fallback;
  };
  const name = given("OTEL_TRACES_SAMPLER") ?? defaults.sampler;
  const sampler = samplerOf(name, given("OTEL_TRACES_SAMPLER_ARG"));
  if (sampler === undefined) warnings.push(`OTEL_TRACES_SAMPLER=${name} is not known here: all traces are recorded`);
  const maxQueue = count("OTEL_BSP_MAX_QUEUE_SIZE", defaults.maxQueue);
  const settings: TraceSettings = {
    url,
    headers: listOf(given("OTEL_EXPORTER_OTLP_TRACES_HEADERS") ?? given("OTEL_EXPORTER_OTLP_HEADERS")),
    timeoutMs: count(
      given("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT") === undefined
        ? "OTEL_EXPORTER_OTLP_TIMEOUT"
        : "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
      defaults.timeoutMs,
    ),
    resource: {
      "service.name": "plush",
      ...listOf(given("OTEL_RESOURCE_ATTRIBUTES")),
      ...(given("OTEL_SERVICE_NAME") !== undefined && { "service.name": given("OTEL_SERVICE_NAME") ?? "" }),
    },
    sampler: sampler ?? { ratio: 1, isParentBased: true },
    maxQueue,
    maxBatch: Math.min(maxQueue, count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", defaults.maxBatch)),
    delayMs: count("OTEL_BSP_SCHEDULE_DELAY", defaults.delayMs),
  };
  return { settings, warnings };
}

function urlOf(given: (name: string) => string | undefined): string | undefined {
  const own = given("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (own !== undefined) return own;
  const base = given("OTEL_EXPORTER_OTLP_ENDPOINT");
  return base === undefined ? undefined : `${base.replace(/\/+$/, "")}/v1/traces`;
}

/** "key=value,key=value", values percent-encoded. */
function listOf(text = ""): Readonly<Record<string, string>> {
  const pairs = text.split(",").flatMap((item) => {
    const at = item.indexOf("=");
    const key = item.slice(0, at).trim();
    return at <= 0 || key === "" ? [] : [[key, decoded(item.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
