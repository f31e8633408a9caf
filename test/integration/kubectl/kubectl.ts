import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock } from "../../../pkg/clock/index.ts";
import { ControllerManager } from "../../../pkg/controller/index.ts";
import { makeClusterRoleController } from "../../../pkg/controllers/clusterrole/index.ts";
import { makeGarbageControllers } from "../../../pkg/controllers/garbage/index.ts";
import { makeNamespaceController } from "../../../pkg/controllers/namespace/index.ts";
import { makeQuotaController } from "../../../pkg/controllers/quota/index.ts";
import { silentLogger } from "../../../pkg/log/index.ts";
import { startTestServer, type TestServer } from "../../support/test-api.ts";

export interface KubectlProgram {
  /** "1.33" */
  readonly version: string;
  readonly path: string;
}

/** For all that is run of it: a command ends before its garbage matters, and collecting that is a third of what it costs. */
export const kubectlVariables = { GOGC: "off" } as const;

/** Older ones lack commands and flags that the tests use. */
const oldestMinor = 27;

/** The oldest, a middle and the newest kubectl on this machine, from 1.27 on; none where there is none. */
export function kubectlPrograms(): readonly KubectlProgram[] {
  let path: string;
  try {
    path = execFileSync("sh", ["-c", "command -v kubectl"], { encoding: "utf8" }).trim();
  } catch {
    return [];
  }
  const folder = dirname(realpathSync(path));
  const versions = readdirSync(folder)
    .flatMap((name) => /^kubectl\.1\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((minor) => minor >= oldestMinor)
    .sort((left, right) => left - right);
  const chosen = new Set([versions[0], versions[Math.floor(versions.length / 2)], versions.at(-1)]);
  const programs = [...chosen].flatMap((minor) =>
    minor === undefined ? [] : [{ version: `1.${minor}`, path: join(folder, `kubectl.1.${minor}`) }],
  );
  return programs.length > 0 ? programs : onlyProgram(path);
}

/** The one on the PATH, which says its version itself. */
function onlyProgram(path: string): readonly KubectlProgram[] {
  const text = execFileSync(path, ["version", "--client", "-o", "json"], { encoding: "utf8" });
  const { minor } = (JSON.parse(text) as { clientVersion: { minor: string } }).clientVersion;
  // "27+" where a distributor made it.
  const number = Number.parseInt(minor, 10);
  return number >= oldestMinor ? [{ version: `1.${number}`, path }] : [];
}

/** kubectl of one version, "1.30"; undefined where it is not on this machine. */
export function kubectlNamed(version: string): string | undefined {
  const [program] = kubectlPrograms();
  const path = program && join(dirname(program.path), `kubectl.${version}`);
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** One program where there is but one; in order. */
export function oldestAndNewestKubectl(): readonly KubectlProgram[] {
  const programs = kubectlPrograms();
  return [...new Set([programs[0], programs.at(-1)])].flatMap((program) => program ?? []);
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** kubectl against a server of its own, with the controllers of namespaces, roles, quotas and garbage. */
export interface Kubectl extends TestServer {
  readonly minor: number;
  run(...args: readonly string[]): Promise<Outcome>;
  /** With a manifest on stdin, which is written as JSON. */
  give(manifest: unknown, ...args: readonly string[]): Promise<Outcome>;
  /** Starts a command that goes on by itself; it ends with the test. */
  start(...args: readonly string[]): RunningKubectl;
  /** More environment for the commands that follow. */
  readonly environment: Record<string, string>;
}

export interface RunningKubectl {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<Outcome>;
}

export async function startKubectl(program: KubectlProgram): Promise<Kubectl> {
  const server = await startTestServer();
  const manager = new ControllerManager({
    api: server.controller,
    clock: systemClock,
    log: silentLogger,
    metrics: server.metrics,
    random: Math.random,
  });
  manager.add(makeNamespaceController(manager.ports()));
  manager.add(makeClusterRoleController(manager.ports()));
  manager.add(makeQuotaController({ ...manager.ports(), usageOf: server.api.usageOf }));
  for (const controller of makeGarbageControllers({ ...manager.ports(), ownership: server.api.ownership }))
    manager.add(controller);
  onTestFinished(() => manager.stop());
  await manager.start();

  const kubeconfig = join(server.directory, "kubeconfig");
  await writeFile(kubeconfig, server.kubeconfig);
  const environment: Record<string, string> = {};
  const start = (args: readonly string[], input = ""): RunningKubectl =>
    launch(program.path, ["--cache-dir", join(server.directory, "cache"), ...args], input, {
      PATH: process.env["PATH"] ?? "",
      HOME: server.directory,
      KUBECONFIG: kubeconfig,
      ...kubectlVariables,
      ...environment,
    });
  return {
    ...server,
    environment,
    minor: Number(program.version.split(".")[1] ?? 99),
    run: (...args) => start(args).ended,
    give: (manifest, ...args) => start(args, typeof manifest === "string" ? manifest : JSON.stringify(manifest)).ended,
    start: (...args) => start(args),
  };
}

function launch(path: string, args: readonly string[], input: string, env: Record<string, string>): RunningKubectl {
  const child = spawn(path, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { process: child, output: () => stdout, ended };
}
