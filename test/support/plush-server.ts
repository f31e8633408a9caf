import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { runCaptured } from "../../pkg/cli/fixtures/run-captured.ts";

const root = resolve(import.meta.dirname, import.meta.url.includes("/dist/") ? ".." : "../..");
export const plushProgram = join(root, "bin/plush");

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The server as its users run it: a process of its own, on a data directory. */
export class PlushServer {
  readonly dataDirectory: string;
  readonly home: string;
  readonly #arguments: readonly string[];
  readonly #variables: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;
  #log = "";
  #port = 0;

  /**
   * `home` is HOME of the server and of the commands; `options` are further arguments of `plush server`, `variables` of
   * its environment.
   */
  constructor(dataDirectory: string, home: string, options: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) {
    this.#variables = variables;
    this.dataDirectory = dataDirectory;
    this.home = home;
    this.#arguments = options;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The last of what it wrote to stderr. */
  get log(): string {
    return this.#log;
  }

  get kubeconfig(): string {
    return join(this.dataDirectory, "admin.kubeconfig");
  }

  /** Resolves when it serves. A restart listens on the same port. */
  async start(): Promise<void> {
    const listen = `127.0.0.1:${this.#port}`;
    const child = spawn(
      plushProgram,
      ["server", "--data-dir", this.dataDirectory, "--listen", listen, ...this.#arguments],
      {
        env: { ...this.environment(), ...this.#variables },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#process = child;
    child.stderr?.on("data", (chunk) => {
      this.#log = `${this.#log}${chunk}`.slice(-200_000);
    });
    let printed = "";
    await new Promise<void>((ready, failed) => {
      child.once("exit", (code, signal) =>
        failed(new Error(`plush server ended (${code ?? signal}): ${this.#log.slice(-3000)}`)),
      );
      child.stdout?.on("data", (chunk) => {
        printed += chunk;
        const port = /plush server ready: https:\/\/[^\s:]+:(\d+)/.exec(printed)?.[1];
        if (port === undefined) return;
        this.#port = Number(port);
        ready();
      });
    });
  }

  /** SIGKILL: what a power cut or the OOM killer does to it. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** To the process itself: SIGSTOP freezes it, SIGCONT lets it go on. */
  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  environment(): NodeJS.ProcessEnv {
    const { PATH, LANG } = process.env;
    return { PATH, LANG, HOME: this.home, PLUSHCONFIG: this.kubeconfig, NO_COLOR: "1" };
  }

  /** Runs the command line; never rejects. */
  run(args: readonly string[], options: { input?: string; timeoutMs?: number } = {}): Promise<CommandResult> {
    return runProgram(plushProgram, args, { env: this.environment(), ...options });
  }

  /** Runs the command line; rejects with all it printed unless it exits 0. */
  async plush(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`plush ${args.join(" ")}: exit ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Applies manifests; rejects with all that was printed unless all of it could be applied. */
  async apply(yaml: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(["apply", "-f", "-"], { input: yaml });
    if (code !== 0) throw new Error(`plush apply: exit ${code}\n${stdout}\n${stderr}\n${yaml}`);
    return stdout;
  }

  /** An object as the API has it. */
  async get<T = Record<string, unknown>>(kind: string, name: string): Promise<T> {
    return JSON.parse(await this.#read("get", kind, name, "-o", "json")) as T;
  }

  async list<T = Record<string, unknown>>(kind: string): Promise<readonly T[]> {
    return (JSON.parse(await this.#read("get", kind, "-o", "json")) as { items: readonly T[] }).items;
  }

  /** In this process: who waits for something asks many times, and to start the program each time costs more than all else. */
  async #read(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await runCaptured([...args, "--kubeconfig", this.kubeconfig]);
    if (code !== 0) throw new Error(`plush ${args.join(" ")}: exit ${code}\n${out}\n${err}`);
    return out;
  }

  /** `plush ui` as its users run it: the link that it prints, and what ends it. */
  async openConsole(): Promise<{ readonly link: string; readonly close: () => Promise<void> }> {
    const child = spawn(plushProgram, ["ui", "--no-open"], {
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    let printed = "";
    child.stderr.on("data", (chunk) => {
      printed += chunk;
    });
    const link = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk) => {
        printed += chunk;
        const found = /^http:\S+\n/m.exec(printed)?.[0];
        if (found !== undefined) resolve(found.trim());
      });
      void ended.then((code) => reject(new Error(`plush ui ended (${code}): ${printed}`)));
    });
    const close = async (): Promise<void> => {
      child.kill("SIGINT");
      await ended;
    };
    return { link, close };
  }

  #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  }
}

export function runProgram(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; input?: string; timeoutMs?: number; cwd?: string } = {},
): Promise<CommandResult> {
  if (file.includes("/") && !existsSync(file)) throw new Error(`${file} is missing: make build`);
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
        timeout: options.timeoutMs ?? 180_000,
        ...(options.env && { env: options.env }),
        ...(options.cwd && { cwd: options.cwd }),
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 255;
        resolve({ code, stdout, stderr: error?.killed ? `${stderr}\n(killed after its time)` : stderr });
      },
    );
    child.stdin?.end(options.input ?? "");
  });
}
