import type { ChildProcess } from "node:child_process";
import { stat } from "node:fs/promises";
import type { Duplex, Readable } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import { channel, type ExecResult, encodeFrame, FrameDecoder } from "../../protocol/index.ts";
import type { Owner } from "../environment/user.ts";
import type { Launch } from "../ports.ts";
import { sendSignal } from "../shim/sweep.ts";

export interface ExecInput {
  readonly launch: Launch;
  readonly clock: Clock;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** As whom; absent: as the agent. */
  readonly owner?: Owner;
  readonly stdin: boolean;
  /** 0: none. */
  readonly timeoutMs: number;
  /** Called with frames' sizes of the terminal. */
  readonly resize?: (size: { readonly rows: number; readonly columns: number }, pid: number) => void;
  /** Frames both ways. */
  readonly stream: Duplex;
}

/** How long output may come after the command has ended, where what it left behind holds the pipe. */
const drainMs = 300;
/** What a command may do after its client has gone. */
const hangupMs = 2000;

/**
 * Runs a command with frames for its standard streams, in a process group of its own. One spawn, no shell. Resolves
 * when the result is sent; the client's going ends the command.
 */
export async function runExec(input: ExecInput): Promise<void> {
  const session = new ExecSession(input);
  const result = await session.run();
  if (!input.stream.destroyed) input.stream.end(encodeFrame(channel.result, Buffer.from(JSON.stringify(result))));
}

class ExecSession {
  readonly #input: ExecInput;
  #child: ChildProcess | undefined;
  #isTimedOut = false;
  /** Printed so far. */
  #bytes = 0;
  /** The client does not keep up. */
  #isPaused = false;

  constructor(input: ExecInput) {
    this.#input = input;
  }

  async run(): Promise<ExecResult> {
    const { argv, cwd, env, stdin, launch, owner } = this.#input;
    const place = await stat(cwd).catch(() => undefined);
    if (!place?.isDirectory()) return { reason: "Failed", message: `no such directory: ${cwd}` };
    let child: ChildProcess;
    try {
      child = launch(argv, { cwd, env, detached: true, stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe"], ...owner });
    } catch (error) {
      return { reason: "Failed", message: String(error) };
    }
    this.#child = child;
    const ended = this.#ended(child, argv[0] ?? "");
    this.#pump(child.stdout, channel.stdout);
    this.#pump(child.stderr, channel.stderr);
    this.#receive(child);
    const cancel = this.#watchTime();
    const onClose = (): void => this.#hangUp();
    this.#input.stream.once("close", onClose);
    try {
      return await ended;
    } finally {
      cancel();
      this.#input.stream.off("close", onClose);
    }
  }

  #ended(child: ChildProcess, command: string): Promise<ExecResult> {
    return new Promise((resolve) => {
      const finish = (exitCode: number | null, signal: string | null): void => {
        const late = this.#isTimedOut ? ({ reason: "Timeout", message: "took too long and was killed" } as const) : {};
        resolve({ ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }), ...late });
      };
      child.once("error", (error: NodeJS.ErrnoException) => {
        const reason = error.code === "ENOENT" ? "NotFound" : "Failed";
        const message = error.code === "ENOENT" ? `no such command: ${command}` : error.message;
        resolve({ reason, message });
      });
      child.once("close", finish);
      child.once("exit", (code, signal) => this.#drain(() => finish(code, signal)));
    });
  }

  /** Lets what was printed be sent; a pipe that others hold open is given up when nothing comes any more. */
  #drain(finish: () => void): void {
    const before = this.#bytes;
    this.#input.clock.setTimer(drainMs, () => {
      if (this.#isPaused || this.#bytes !== before) this.#drain(finish);
      else finish();
    });
  }

  #pump(source: Readable | null, id: number): void {
    const { stream } = this.#input;
    source?.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (stream.destroyed || stream.write(encodeFrame(id, chunk))) return;
      this.#isPaused = true;
      source.pause();
      stream.once("drain", () => {
        this.#isPaused = false;
        source.resume();
      });
    });
  }

  #receive(child: ChildProcess): void {
    const { stream, resize } = this.#input;
    const decoder = new FrameDecoder();
    child.stdin?.on("error", () => undefined); // it may have ended before it read all
    stream.on("data", (chunk: Buffer) => {
      for (const frame of decoder.push(chunk)) {
        if (frame.channel === channel.resize) resize?.(decodeSize(frame.payload), child.pid ?? 0);
        else if (frame.channel === channel.stdin && frame.payload.length === 0) child.stdin?.end();
        else if (frame.channel === channel.stdin) this.#feed(child, frame.payload);
      }
    });
  }

  #feed(child: ChildProcess, data: Uint8Array): void {
    const { stream } = this.#input;
    const { stdin } = child;
    if (stdin === null || stdin.destroyed || stdin.write(data)) return;
    stream.pause();
    const resume = (): void => {
      stdin.off("drain", resume).off("close", resume);
      stream.resume();
    };
    stdin.once("drain", resume).once("close", resume);
  }

  #watchTime(): () => void {
    if (this.#input.timeoutMs === 0) return () => undefined;
    return this.#input.clock.setTimer(this.#input.timeoutMs, () => {
      this.#isTimedOut = true;
      this.#signal("SIGKILL");
    });
  }

  #hangUp(): void {
    this.#signal("SIGHUP");
    this.#input.clock.setTimer(hangupMs, () => this.#signal("SIGKILL"));
  }

  #signal(name: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid !== undefined && this.#child?.exitCode === null && this.#child.signalCode === null) sendSignal(-pid, name);
  }
}

function decodeSize(payload: Uint8Array): { rows: number; columns: number } {
  const value = JSON.parse(Buffer.from(payload).toString("utf8")) as Record<string, unknown>;
  return { rows: Number(value["Height"]) || 24, columns: Number(value["Width"]) || 80 };
}
