import { expect, it } from "vitest";
import { Metrics } from "./index.ts";

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
});
