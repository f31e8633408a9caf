import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { eventually } from "../support/eventually.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { isInstalled } from "../support/programs.ts";
import { monitoring, Prometheus } from "../support/prometheus.ts";

interface Rule {
  readonly alert?: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const read = (name: string): string => readFileSync(join(monitoring, name), "utf8");
const rulesIn = (name: string): readonly Rule[] =>
  (parse(read(name)) as { groups: readonly { rules: readonly Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const promtool = (...args: readonly string[]) => spawnSync("promtool", args, { encoding: "utf8" });

describe.skipIf(!isInstalled("promtool", "amtool"))("manifests/monitoring", () => {
  it("B-MON-1: rules and configurations are good, and each alert fires in a test, and no other does then", () => {
    const checked = promtool("check", "rules", join(monitoring, "recording.yml"), join(monitoring, "alerts.yml"));
    expect(checked.status, checked.stderr).toBe(0);
    const routed = spawnSync("amtool", ["check-config", join(monitoring, "alertmanager.yml")], { encoding: "utf8" });
    expect(routed.status, routed.stderr).toBe(0);
    const tested = promtool("test", "rules", join(monitoring, "rules.test.yml"));
    expect(tested.status, `${tested.stdout}${tested.stderr}`).toBe(0);
    for (const { alert } of rulesIn("alerts.yml"))
      if (alert !== undefined) expect(read("rules.test.yml")).toContain(`{labels: '{alertname="${alert}"}', value: 1}`);
  });

  it("the rules' test fails where an alert is another", () => {
    const copy = mkdtempSync("/tmp/plush-rules-");
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(monitoring, copy, { recursive: true });
    writeFileSync(
      join(copy, "alerts.yml"),
      read("alerts.yml").replace("plush_pool_braked == 1", "plush_pool_braked == 2"),
    );
    expect(promtool("test", "rules", join(copy, "rules.test.yml")).status).toBe(1);
  });
});

describe.skipIf(!isInstalled("prometheus", "python3"))("a real Prometheus with a local pool", () => {
  const { home, server } = useLocalPool("monitoring", 2, (at) => ["--backup-dir", join(at, "backups")]);
  let prometheus: Prometheus;

  beforeAll(async () => {
    const serve =
      'echo "files_served 1" >metrics; exec python3 -m http.server --bind "$PLUSH_ADDRESS" "$PLUSH_PORT_WEB"';
    await server.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: files}
spec:
  components: [{name: web, replicas: 2}]
  phases:
    - name: serve
      processes:
        - name: server
          command: [sh, -c, '${serve}']
          restartPolicy: Always
          ports: [{name: web, port: 0}]
          readinessProbe: {tcpSocket: {port: web}}
          metrics: {port: web}
`);
    await server.plush("wait", "application/files", "--for=condition=Available", "--timeout=60s");
    prometheus = await Prometheus.start({ server, home });
  }, 120_000);

  afterAll(() => prometheus?.stop());

  it("B-MON-2: each query of the dashboard, and each rule, gives what there is to show", async () => {
    // Rates need two scrapes, and rules an evaluation after these.
    await eventually(
      async () => expect(await prometheus.query("plush:store_transaction_seconds:p99_5m")).toHaveLength(1),
      30_000,
    );
    const { panels } = JSON.parse(read("dashboard.json")) as { panels: readonly Panel[] };
    const shown = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
    expect(shown.length).toBeGreaterThan(60);
    for (const { title, expr } of shown) {
      const filled = expr.replaceAll("$job", "plush").replaceAll("$pool", ".*").replaceAll("$__rate_interval", "1m");
      expect(filled).not.toContain("$");
      await eventually(async () => expect(await prometheus.query(filled), `${title}: ${expr}`).not.toEqual([]), 15_000);
    }
    for (const { expr, alert } of [...rulesIn("recording.yml"), ...rulesIn("alerts.yml")]) {
      // What an alert compares must be there, though it does not fire.
      const compared = alert === undefined ? expr : expr.replace(/ (==|>) [\d.]+$/, "");
      expect(await prometheus.query(compared), expr).not.toEqual([]);
    }
    expect(await prometheus.query('files_served{application="files"}')).toHaveLength(2);
    expect(await prometheus.firing()).toEqual([]);
    expect(await prometheus.query('up{job=~"plush.*"} == 1')).toHaveLength(2);
  });
});
