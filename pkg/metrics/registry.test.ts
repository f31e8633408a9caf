import { describe, expect, it, test } from "vitest";
import { Metrics, parseExposition } from "./index.ts";

it("shows what was measured, each registry its own", async () => {
  const metrics = new Metrics();
  const requests = metrics.counter<"verb">({ name: "requests_total", help: "Requests.", labels: ["verb"] });
  requests.inc({ verb: "get" });
  let depth = 1;
  metrics.gauge({ name: "depth", help: "Depth.", collect: (gauge) => gauge.set(depth) });
  metrics.histogram({ name: "seconds", help: "Seconds.", buckets: [1, 2] }).observe(1.5);
  depth = 7;
  const { contentType, body } = await metrics.text();
  expect(contentType).toContain("text/plain");
  expect(body).toContain('requests_total{verb="get"} 1');
  expect(body).toContain("depth 7");
  expect(body).toContain('seconds_bucket{le="2"} 1');
  expect((await new Metrics().text()).body).not.toContain("requests_total");
  expect(() => metrics.counter({ name: "depth", help: "Twice." })).toThrow("two metrics of name depth");
});

test("the process's own are the same for all who show them, and have no name that Prometheus would not give", async () => {
  const names = async (): Promise<string[]> => {
    const metrics = new Metrics();
    metrics.addProcess();
    return parseExposition((await metrics.text()).body)
      .filter(({ type }) => type === "gauge")
      .map(({ name }) => name);
  };
  expect(await names()).toEqual(await names());
  expect(await names()).toContain("process_resident_memory_bytes");
  expect((await names()).filter((name) => name.endsWith("_total"))).toEqual([]);
});

describe("B-METRIC-2: OpenMetrics is for who wants it no less than plain text", () => {
  async function aText(accept?: string) {
    const metrics = new Metrics();
    metrics.counter<"a">({ name: "x_total", help: 'Of "x".\nAll.', labels: ["a"] }).inc({ a: 'q"\\\n' }, 2);
    metrics.histogram({ name: "y_seconds", help: "Y.", buckets: [1] }).observe(3);
    metrics.gauge({ name: "z", help: "Z." }).set(Number.NEGATIVE_INFINITY);
    return metrics.text(accept);
  }

  test("its counters are named without the suffix of their samples, and it has an end", async () => {
    const { contentType, body } = await aText("application/openmetrics-text");
    expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(body).toBe(
      [
        '# HELP x Of \\"x\\".\\nAll.',
        "# TYPE x counter",
        'x_total{a="q\\"\\\\\\n"} 2',
        "# HELP y_seconds Y.",
        "# TYPE y_seconds histogram",
        'y_seconds_bucket{le="1"} 0',
        'y_seconds_bucket{le="+Inf"} 1',
        "y_seconds_sum 3",
        "y_seconds_count 1",
        "# HELP z Z.",
        "# TYPE z gauge",
        "z -Inf",
        "# EOF",
        "",
      ].join("\n"),
    );
    expect((await aText()).body).toContain('# HELP x_total Of "x".\\nAll.\n# TYPE x_total counter\n');
  });

  test.each([
    [undefined, "text/plain"],
    ["*/*", "text/plain"],
    ["text/html, application/openmetrics-text;q=0", "text/plain"],
    ["text/plain, application/openmetrics-text;q=0.5", "text/plain"],
    ["Application/OpenMetrics-Text; version=1.0.0", "application/openmetrics-text"],
    // What Prometheus sends.
    [
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      "application/openmetrics-text",
    ],
  ])("Accept: %s", async (accept, type) => {
    expect((await aText(accept)).contentType).toMatch(new RegExp(`^${type};`));
  });
});
