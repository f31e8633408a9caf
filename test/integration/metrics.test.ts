import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Process } from "../../pkg/api/index.ts";
import { parseExposition } from "../../pkg/metrics/index.ts";
import { eventually } from "../support/eventually.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { metricsPage } from "../support/metrics-page.ts";
import { isInstalled } from "../support/programs.ts";

/** Serves metrics of its ordinal at PLUSH_ADDRESS; what is asked for at /bad, /huge and /never says how it goes wrong. */
const program = `import http.server, os, time
ordinal = os.environ["PLUSH_ORDINAL"]
text = """# HELP app_requests_total How many requests there were.
# TYPE app_requests_total counter
app_requests_total{path="/",process="own"} %s
# HELP app_took_seconds How long they took.
# TYPE app_took_seconds histogram
app_took_seconds_bucket{le="0.1"} 1
app_took_seconds_bucket{le="+Inf"} 2
app_took_seconds_sum 0.5
app_took_seconds_count 2
""" % ordinal
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/never": time.sleep(60)
        self.send_response(200 if self.path != "/gone" else 404)
        self.end_headers()
        body = {"/bad": "<html>", "/clash": "# TYPE app_requests_total gauge\\napp_requests_total 1\\n"}.get(self.path, text)
        try:
            for _ in range(3000000 if self.path == "/huge" else 1): self.wfile.write(body.encode())
        except OSError: pass
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer((os.environ["PLUSH_ADDRESS"], int(os.environ["PLUSH_PORT_WEB"])), Handler).serve_forever()
`;

describe.skipIf(!isInstalled("python3", "promtool"))("metrics of processes", () => {
  const { home, server } = useLocalPool("metrics", 3, (at) => ["--backup-dir", join(at, "backups")]);
  const processes = (name: string, replicas: number, path: string): string =>
    `{kind: Application, metadata: {name: ${name}}, spec: {components: [{name: web, replicas: ${replicas}, software: [serve-metrics]}],
      phases: [{name: serve, processes: [{name: server, command: [python3, serve-metrics/serve.py], restartPolicy: Always,
        ports: [{name: web, port: 0}], readinessProbe: {tcpSocket: {port: web}}, metrics: {port: web, path: ${path}}}]}]}}`;

  beforeAll(async () => {
    const directory = join(home, "program");
    mkdirSync(directory);
    writeFileSync(join(directory, "serve.py"), program);
    const software = "{kind: Software, metadata: {name: serve-metrics}, spec: {source: {file: program}}}";
    await apply(software, processes("good", 2, "/metrics"));
    await server.plush("wait", "application/good", "--for=condition=Available", "--timeout=60s");
  }, 120_000);

  async function apply(...objects: readonly string[]): Promise<void> {
    const path = join(home, "manifest.yaml");
    writeFileSync(path, objects.map((one) => one.replace("{", "{apiVersion: plush.dev/v1, ")).join("\n---\n"));
    await server.plush("apply", "-f", path);
  }

  const read = (path: string): Promise<string> => server.plush("get", "--raw", path);

  it("B-MET-1: all of them at one address, each family once, each number with whose it is", async () => {
    const text = await read("/metrics/applications");
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text });
    expect(`${stdout}${stderr}`).toBe("");
    expect(status).toBe(0);
    const lines = text.split("\n").filter((line) => line.startsWith("app_requests_total"));
    const labels = (ordinal: number): string =>
      `namespace="default",application="good",component="web",ordinal="${ordinal}",phase="serve",process="server"`;
    expect(lines.map((line) => line.replace(/resource="\S+?"/, "RESOURCE")).sort()).toEqual(
      [0, 1].map(
        (ordinal) => `app_requests_total{${labels(ordinal)},RESOURCE,path="/",exported_process="own"} ${ordinal}`,
      ),
    );
    expect(text.match(/# TYPE app_took_seconds histogram/g)).toHaveLength(1);
    expect(text.match(/^plush_process_up\{.*\} 1$/gm)).toHaveLength(2);
  });

  it("B-MET-2: one that gives none, bad ones, too many or contradictory ones harms no other, and is told", async () => {
    const faults: Readonly<Record<string, RegExp>> = {
      bad: /^GET \/bad on port web: line 1: it begins with no name of a metric$/,
      gone: /^GET \/gone on port web: GET \/gone answers 404$/,
      huge: /^GET \/huge on port web: it answers with more than \d+ bytes$/,
      never: /^GET \/never on port web: no answer in 5 s$/,
      zclash: /^left out: app_requests_total is a gauge, of another process a counter$/,
    };
    const path = (name: string): string => `/${name.replace(/^z/, "")}`;
    await apply(...Object.keys(faults).map((name) => processes(name, 1, path(name))));
    for (const name of Object.keys(faults))
      await server.plush("wait", `application/${name}`, "--for=condition=Available", "--timeout=60s");
    const text = await read("/metrics/applications");
    expect(spawnSync("promtool", ["check", "metrics"], { input: text }).status).toBe(0);
    expect(text.match(/^app_requests_total\{/gm)).toHaveLength(2);
    expect(text.match(/^plush_process_up\{.*\} 0$/gm)).toHaveLength(4);
    for (const [name, fault] of Object.entries({ ...faults, good: /^$/ }))
      await eventually(async () => {
        const { status } = await server.get<Process>("process", `${name}-serve-server-web-0`);
        const found = status?.conditions?.find(({ type }) => type === "MetricsAvailable");
        expect(found?.message).toMatch(fault);
        expect(found?.status).toBe(name === "good" ? "True" : "False");
      }, 10_000);
    const own = await read("/metrics");
    expect(own).toMatch(/^plush_process_scrapes_total\{result="failed"\} 3$/m);
    expect(own).toMatch(/^plush_process_scrapes_total\{result="unreadable"\} 1$/m);
    expect(own).toMatch(/^plush_process_scrapes_total\{result="contradictory"\} 1$/m);
    for (const name of Object.keys(faults)) await server.plush("delete", "application", name, "--timeout=30s");
  });

  it("B-MET-3: where each of them is, for who asks them directly", async () => {
    const groups = JSON.parse(await read("/sd")) as { targets: string[]; labels: Record<string, string> }[];
    expect(groups.map(({ labels }) => labels)).toMatchObject(
      ["0", "1"].map((ordinal) => ({
        namespace: "default",
        application: "good",
        ordinal,
        __metrics_path__: "/metrics",
      })),
    );
    for (const { targets, labels } of groups) {
      const answer = await fetch(`http://${targets[0]}${labels["__metrics_path__"]}`);
      expect(await answer.text()).toContain(`app_requests_total{path="/",process="own"} ${labels["ordinal"]}`);
    }
    const discovery = join(home, "sd.json");
    writeFileSync(discovery, JSON.stringify(groups));
    const config = `scrape_configs: [{job_name: applications, file_sd_configs: [{files: ["${discovery}"]}]}]`;
    writeFileSync(join(home, "prometheus.yml"), config);
    const checked = spawnSync("promtool", ["check", "config", join(home, "prometheus.yml")]);
    expect(checked.status, String(checked.stderr)).toBe(0);
  });

  it("B-MET-4: for those who may read the server's own metrics, and nobody else", async () => {
    const asks = (user: string, path: string, ...groups: readonly string[]) =>
      server.run(["get", "--raw", path, "--as", user, ...groups.flatMap((group) => ["--as-group", group])]);
    for (const path of ["/metrics/applications", "/sd"]) {
      expect((await asks("prometheus", path, "system:monitoring")).code).toBe(0);
      expect((await asks("somebody", path)).stderr).toMatch(/forbidden/);
    }
  });

  it("B-METRIC-1: the server's own have no fault that promtool knows, and name no object but pools", async () => {
    const text = await read("/metrics");
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text });
    expect(`${stdout}${stderr}`).toBe("");
    expect(status).toBe(0);
    const values = new Set(
      parseExposition(text).flatMap(({ samples }) => samples.flatMap(({ labels }) => labels.map(([, value]) => value))),
    );
    for (const name of ["good", "web", "serve-metrics", "local-1", "good-serve-server-web-0"])
      expect(values).not.toContain(name);
    expect(text).toMatch(/^plush_resources\{pool="local",state="Claimed"\} 2$/m);
  });

  it("B-METRIC-3: docs/reference/metrics.md has each of them, with its type, labels and meaning", async () => {
    // To write it anew: npx vitest run --project integration test/integration/metrics.test.ts -u
    await expect(metricsPage(await read("/metrics"))).toMatchFileSnapshot("../../docs/reference/metrics.md");
  });
});
