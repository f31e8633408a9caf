import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { faultsOf, OtlpReceiver } from "../../test/support/otlp-receiver.ts";
import { FakeClock, systemClock } from "../clock/index.ts";
import { apart, inSpan, traced } from "./active-span.ts";
import { BatchExporter, readTraceContext, readTraceSettings, type SpanOutcome, Tracer } from "./index.ts";
import { exportRequest } from "./otlp-json.ts";
import { isSampled } from "./sampler-plan.ts";
import type { EndedSpan } from "./span.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const parent = "b7ad6b7169203331";

test.each<[string, string, object | undefined]>([
  ["one that is sampled", `00-${trace}-${parent}-01`, { traceId: trace, spanId: parent, isSampled: true }],
  ["one that is not", `00-${trace}-${parent}-00`, { traceId: trace, spanId: parent, isSampled: false }],
  ["other flags beside", `00-${trace}-${parent}-03`, { traceId: trace, spanId: parent, isSampled: true }],
  ["of a later version", `cc-${trace}-${parent}-01-what`, { traceId: trace, spanId: parent, isSampled: true }],
  ["too long for its version", `00-${trace}-${parent}-01-what`, undefined],
  ["of a version that is none", `ff-${trace}-${parent}-01`, undefined],
  ["a trace of zeros", `00-${"0".repeat(32)}-${parent}-01`, undefined],
  ["a span of zeros", `00-${trace}-${"0".repeat(16)}-01`, undefined],
  ["large letters", `00-${trace.toUpperCase()}-${parent}-01`, undefined],
  ["nonsense", "hello", undefined],
])("B-TRC-1: a traceparent is read, or a trace begins: %s", (_which, header, expected) => {
  expect(readTraceContext(header)).toEqual(expected);
});

test("B-TRC-1: what others keep in a trace is handed on", () => {
  expect(readTraceContext(`00-${trace}-${parent}-01`, "a=1,b=2")).toMatchObject({ state: "a=1,b=2" });
  expect(readTraceContext(undefined, "a=1")).toBeUndefined();
});

describe("settings", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" };

  test("B-TRC-2: without an address nothing is traced; with one, as the variables say", () => {
    expect(readTraceSettings({})).toEqual({ warnings: [] });
    expect(readTraceSettings({ ...endpoint, OTEL_SDK_DISABLED: "true" }).settings).toBeUndefined();
    expect(readTraceSettings({ ...endpoint, OTEL_TRACES_EXPORTER: "none" }).settings).toBeUndefined();
    expect(readTraceSettings(endpoint)).toEqual({
      warnings: [],
      settings: {
        url: "http://collector:4318/v1/traces",
        headers: {},
        timeoutMs: 10_000,
        resource: { "service.name": "plush" },
        sampler: { ratio: 1, isParentBased: true },
        ...{ maxQueue: 2048, maxBatch: 512, delayMs: 5000 },
      },
    });
    expect(
      readTraceSettings({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://other/otlp",
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20x, tenant = a ",
        OTEL_EXPORTER_OTLP_TIMEOUT: "500",
        OTEL_SERVICE_NAME: "lab",
        OTEL_RESOURCE_ATTRIBUTES: "service.name=other,site=sjc",
        OTEL_TRACES_SAMPLER: "traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.25",
        OTEL_BSP_MAX_QUEUE_SIZE: "100",
      }).settings,
    ).toMatchObject({
      url: "https://other/otlp",
      headers: { authorization: "Bearer x", tenant: "a" },
      timeoutMs: 500,
      resource: { "service.name": "lab", site: "sjc" },
      sampler: { ratio: 0.25, isParentBased: false },
      ...{ maxQueue: 100, maxBatch: 100 },
    });
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", false],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", false],
    ["OTEL_TRACES_EXPORTER", "zipkin", false],
    ["OTEL_TRACES_SAMPLER", "jaeger_remote", true],
    ["OTEL_BSP_SCHEDULE_DELAY", "soon", true],
  ])("B-TRC-2: %s=%s is told, and keeps no server from starting", (name, value, isOn) => {
    const { settings, warnings } = readTraceSettings({ ...endpoint, [name]: value });
    expect(warnings).toEqual([expect.stringContaining(value)]);
    expect(settings !== undefined).toBe(isOn);
  });
});

test("B-TRC-3: a part of all traces is recorded, the same wherever it is decided; who continues one does as it was decided", () => {
  const sampler = { ratio: 0.25, isParentBased: true };
  const names = Array.from({ length: 4000 }, (_, index) =>
    (index * 0x9e3779b97f4a7).toString(16).padStart(32, "f").slice(-32),
  );
  const share = names.filter((name) => isSampled(sampler, name, undefined)).length / names.length;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.3);
  expect(isSampled(sampler, "f".repeat(32), true)).toBe(true);
  expect(isSampled({ ...sampler, ratio: 1 }, trace, false)).toBe(false);
  expect(isSampled({ ratio: 1, isParentBased: false }, trace, false)).toBe(true);
});

test("what begins within a span is part of it, and what lives longer is not", async () => {
  const ended: EndedSpan[] = [];
  const tracer = new Tracer({
    clock: systemClock,
    sampler: { ratio: 1, isParentBased: true },
    onEnd: (span) => ended.push(span),
  });
  const outer = tracer.start("outer", { kind: "server" });
  await inSpan(outer, async () => {
    await traced("inner", { n: 1 }, async () => undefined);
    await apart(() => traced("none", {}, async () => undefined));
    await expect(traced("bad", {}, () => Promise.reject(new Error("why")))).rejects.toThrow("why");
  });
  await traced("outside", {}, async () => undefined);
  outer.end();
  outer.end();
  expect(ended.map(({ name, parentSpanId, error }) => [name, parentSpanId, error])).toEqual([
    ["inner", outer.context.spanId, undefined],
    ["bad", outer.context.spanId, "why"],
    ["outer", undefined, undefined],
  ]);
  expect(new Set(ended.map(({ context }) => context.traceId)).size).toBe(1);
});

function span(name: string, more: Partial<EndedSpan> = {}): EndedSpan {
  const context = { traceId: trace, spanId: parent, isSampled: true };
  return {
    ...{ name, kind: "internal", context, startedAt: 1_767_312_000_000, endedAt: 1_767_312_000_001.25 },
    ...{ attributes: {}, events: [] },
    ...more,
  };
}

test("B-TRC-4: spans are OTLP's JSON, field by field", () => {
  const full = span("full", {
    kind: "server",
    parentSpanId: "1".repeat(16),
    context: { traceId: trace, spanId: parent, isSampled: true, state: "a=1" },
    attributes: { text: "a", count: 7, share: 0.5, isOn: true, none: undefined },
    events: [{ name: "happened", at: 1_767_312_000_000.5 }],
    error: "why",
  });
  const request = exportRequest([full, span("bare")], { "service.name": "plush" }, { name: "plush", version: "1" });
  expect(faultsOf("ExportTraceServiceRequest", request)).toEqual([]);
  expect(request).toMatchObject({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "plush" } }] },
        scopeSpans: [
          {
            scope: { name: "plush", version: "1" },
            spans: [
              {
                traceId: trace,
                parentSpanId: "1".repeat(16),
                kind: 2,
                startTimeUnixNano: "1767312000000000000",
                endTimeUnixNano: "1767312000001250000",
                attributes: [
                  { key: "text", value: { stringValue: "a" } },
                  { key: "count", value: { intValue: "7" } },
                  { key: "share", value: { doubleValue: 0.5 } },
                  { key: "isOn", value: { boolValue: true } },
                ],
                events: [{ name: "happened", timeUnixNano: "1767312000000500000" }],
                status: { code: 2, message: "why" },
              },
              { name: "bare", kind: 1, status: {} },
            ],
          },
        ],
      },
    ],
  });
});

describe("what is sent", () => {
  let receiver: OtlpReceiver;
  let url: string;
  let counts: Record<SpanOutcome, number>;
  let failures: string[];

  beforeEach(async () => {
    receiver = new OtlpReceiver();
    url = `${await receiver.start()}/v1/traces`;
    counts = { exported: 0, dropped: 0, failed: 0 };
    failures = [];
    onTestFinished(() => receiver.stop());
  });

  function exporter(more: object = {}): BatchExporter {
    return new BatchExporter({
      ...{ url, headers: { tenant: "a" }, timeoutMs: 2000, resource: { "service.name": "plush" } },
      ...{ maxQueue: 5, maxBatch: 2, delayMs: 60_000, clock: systemClock, version: "1" },
      count: (outcome, spans) => {
        counts[outcome] += spans;
      },
      onFailure: (why) => failures.push(why),
      ...more,
    });
  }
  const names = () => receiver.spans.map(({ name }) => name);

  test("B-TRC-5: spans go in batches, with the operator's headers; what waits goes when the server ends", async () => {
    const sent = exporter();
    for (const name of ["a", "b", "c"]) sent.add(span(name));
    await sent.close();
    expect(names()).toEqual(["a", "b", "c"]);
    expect(receiver.headers.map(({ tenant }) => tenant)).toEqual(["a", "a"]);
    expect(receiver.faults).toEqual([]);
    expect(counts).toEqual({ exported: 3, dropped: 0, failed: 0 });
  });

  test("B-TRC-5: no more wait than the queue holds: the rest is dropped, and counted", async () => {
    const sent = exporter({ maxBatch: 5 });
    for (let index = 0; index < 5; index++) sent.add(span(`s${index}`));
    // The five are on their way; of what comes meanwhile five wait.
    for (let index = 5; index < 12; index++) sent.add(span(`s${index}`));
    await sent.close();
    expect(counts).toEqual({ exported: 10, dropped: 2, failed: 0 });
    expect(names()).toHaveLength(10);
  });

  test("B-TRC-5: a collector that is busy is asked again; what it refuses, in whole or in part, is counted", async () => {
    receiver.answers.push({ status: 503 });
    receiver.answers.push({ status: 200, body: '{"partialSuccess":{"rejectedSpans":"1"}}' }, { status: 400 });
    const clock = new FakeClock(0);
    const sent = exporter({ clock });
    for (const name of ["a", "b"]) sent.add(span(name));
    await expect.poll(() => receiver.headers.length).toBe(1);
    await expect.poll(() => clock.advance(1000).then(() => counts.exported)).toBe(1);
    expect(counts).toEqual({ exported: 1, dropped: 0, failed: 1 });
    for (const name of ["c", "d"]) sent.add(span(name));
    await expect.poll(() => counts.failed).toBe(3);
    expect(failures).toEqual([expect.stringContaining("answers 400")]);
    await sent.close();
  });

  test("B-TRC-5: without a collector nothing waits for it, and the operator is told once", async () => {
    await receiver.stop();
    const sent = exporter();
    for (const name of ["a", "b", "c"]) sent.add(span(name));
    await sent.close();
    expect(counts).toEqual({ exported: 0, dropped: 0, failed: 3 });
    expect(failures).toEqual([expect.stringContaining("ECONNREFUSED")]);
    await receiver.start();
  });
});
