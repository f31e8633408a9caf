import type { ExtraRoute } from "../apiserver/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { ProcessScrapes } from "./process-scrapes.ts";
import { scrapeTargets } from "./scrape-targets.ts";

/** Metrics of applications, for who reads the server's: all of them at one address, or where each of them is. */
export function makeMetricsRoutes(
  scrapes: Pick<ProcessScrapes, "gather">,
  ports: Pick<ControllerPorts, "cache">,
): readonly ExtraRoute[] {
  return [
    {
      method: "GET",
      path: "/metrics/applications",
      handle: async () => ({
        contentType: "text/plain; version=0.0.4; charset=utf-8",
        body: await scrapes.gather(),
      }),
    },
    {
      method: "GET",
      path: "/sd",
      handle: async () => ({ contentType: "application/json", body: JSON.stringify(targetGroups(ports)) }),
    },
  ];
}

/** As Prometheus' HTTP service discovery has it. */
function targetGroups(ports: Pick<ControllerPorts, "cache">): readonly object[] {
  return scrapeTargets(ports).flatMap(({ address, path, labels }) =>
    address === undefined ? [] : [{ targets: [address], labels: { ...labels, __metrics_path__: path } }],
  );
}
