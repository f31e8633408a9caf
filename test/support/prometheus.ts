import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { eventually } from "./eventually.ts";
import type { PlushServer } from "./plush-server.ts";
import { findProgram } from "./programs.ts";

/** What users are given: scrape configuration, rules, dashboard. */
export const monitoring = resolve(import.meta.dirname, "../../manifests/monitoring");

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

export interface PrometheusOptions {
  readonly server: PlushServer;
  /** Where its files go. */
  readonly home: string;
  /** Address of an Alertmanager. */
  readonly alertmanager?: string;
}

/** A real Prometheus with the configuration of manifests/monitoring, in all but addresses and times: these are seconds. */
export class Prometheus {
  readonly #url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.#url = url;
    this.#process = child;
  }

  static async start({ server, home, alertmanager }: PrometheusOptions): Promise<Prometheus> {
    const directory = join(home, "prometheus");
    mkdirSync(directory);
    const token = await server.plush("create", "token", "prometheus", "--group", "system:monitoring", "-o", "token");
    writeFileSync(join(directory, "token"), token.trim());
    const kubeconfig = readFileSync(server.kubeconfig, "utf8");
    const authority = /"certificate-authority-data": "(.*)"/.exec(kubeconfig)?.[1] ?? "";
    writeFileSync(join(directory, "ca.crt"), Buffer.from(authority, "base64"));
    const api = /"server": "https:\/\/(.*)"/.exec(kubeconfig)?.[1] ?? "";
    copyFileSync(join(monitoring, "recording.yml"), join(directory, "recording.yml"));
    writeFileSync(join(directory, "alerts.yml"), read("alerts.yml").replace(/for: \S+/g, "for: 0s"));
    const config = read("prometheus.yml")
      .replaceAll("127.0.0.1:7443", api)
      .replace("127.0.0.1:9093", alertmanager ?? "127.0.0.1:9")
      .replace(/(scrape|evaluation)_interval: 15s/g, "$1_interval: 1s")
      .replace("scrape_timeout: 10s", "scrape_timeout: 1s");
    writeFileSync(join(directory, "prometheus.yml"), config);
    const port = await freePort();
    const child = run("prometheus", [
      `--config.file=${join(directory, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(directory, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ]);
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, child);
    await eventually(async () => void (await prometheus.query("vector(1)")), 20_000);
    return prometheus;
  }

  /** Throws what Prometheus says of an expression that is none. */
  async query(expression: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const body = (await answer.json()) as { error?: string; data?: { result: readonly Sample[] } };
    if (body.data === undefined) throw new Error(`${expression}: ${body.error}`);
    return body.data.result;
  }

  /** Names of the alerts that fire now. */
  async firing(): Promise<readonly string[]> {
    const alerts = await this.query('ALERTS{alertstate="firing"}');
    return alerts.map(({ metric }) => metric["alertname"] ?? "").sort();
  }

  async stop(): Promise<void> {
    await end(this.#process);
  }
}

/** A real Alertmanager that posts as manifests/monitoring/alertmanager.yml says, at a port of the test. */
export async function startAlertmanager(home: string, receiverPort: number) {
  const config = join(home, "alertmanager.yml");
  writeFileSync(
    config,
    read("alertmanager.yml").replace("9912", String(receiverPort)).replace("group_interval: 10s", "group_interval: 1s"),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const child = run("prometheus-alertmanager", [
    `--config.file=${config}`,
    `--storage.path=${join(home, "alertmanager")}`,
    `--web.listen-address=${address}`,
    "--cluster.listen-address=",
    "--log.level=error",
  ]);
  await eventually(async () => void (await fetch(`http://${address}/-/ready`)), 20_000);
  return { address, stop: () => end(child) };
}

function read(name: string): string {
  return readFileSync(join(monitoring, name), "utf8");
}

function run(program: string, args: readonly string[]): ChildProcess {
  return spawn(findProgram(program) ?? program, args, { stdio: ["ignore", "ignore", "inherit"] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
