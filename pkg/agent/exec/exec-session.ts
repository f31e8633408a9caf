import type { ChildProcess } from "node:child_process";
import { stat } from "node:fs/promises";
import type { Duplex, Readable } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import { channel, type ExecResult, encodeFrame, type Frame, FrameDecoder } from "../../protocol/index.ts";
import type { Owner } from "../environment/user.ts";
import type { Launch } from "../ports.ts";
import { CommandTree } from "./command-tree.ts";
import type { TerminalSize } from "./terminal.ts";

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
  /** Tells the command's terminal its size; false where there is none yet. */
  readonly resize?: (size: TerminalSize, pid: number) => boolean;
  /** Frames both ways. */
  readonly stream: Duplex;
}

/** How long output may come after the command has ended, where what it left behind holds the pipe. */
const drainMs = 300;
/** What a command may do after its client has gone. */
const hangupMs = 2000;
/** How often, and how many times, a terminal that is not there yet is looked for. */
const resizeRetryMs = 50;
const resizeRetries = 40;

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
  #tree: CommandTree | undefined;
  #size: TerminalSize | undefined;
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
    if (child.pid !== undefined) this.#tree = new CommandTree(child.pid);
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
    const resume = (): void => {
      stream.off("drain", resume).off("close", resume);
      this.#isPaused = false;
      source?.resume();
    };
    source?.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (stream.destroyed || stream.write(encodeFrame(id, chunk))) return;
      this.#isPaused = true;
      source.pause();
      stream.once("drain", resume).once("close", resume);
    });
  }

  #receive(child: ChildProcess): void {
    const { stream } = this.#input;
    const decoder = new FrameDecoder();
    child.stdin?.on("error", () => undefined); // it may have ended before it read all
    stream.on("data", (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) this.#take(frame, child);
      } catch (error) {
        // What is no frame ends the command as if the client had gone.
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #take({ channel: id, payload }: Frame, child: ChildProcess): void {
    if (id === channel.resize) {
      const isPending = this.#size !== undefined;
      this.#size = decodeSize(payload);
      if (!isPending) this.#resize(child.pid ?? 0, resizeRetries);
    } else if (id === channel.stdin && payload.length === 0) {
      child.stdin?.end();
    } else if (id === channel.stdin) {
      this.#feed(child, payload);
    }
  }

  /** The terminal is made by the command's first program, which may only just have been started. */
  #resize(pid: number, tries: number): void {
    const size = this.#size;
    if (size === undefined) return;
    if (tries === 0 || this.#input.resize === undefined || this.#input.resize(size, pid)) this.#size = undefined;
    else this.#input.clock.setTimer(resizeRetryMs, () => this.#resize(pid, tries - 1));
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
      this.#tree?.signal("SIGKILL");
    });
  }

  /** Also where the command itself ends at once: what it has started may not. */
  #hangUp(): void {
    if (this.#tree?.signal("SIGHUP")) this.#input.clock.setTimer(hangupMs, () => this.#tree?.signal("SIGKILL"));
  }
}

function decodeSize(payload: Uint8Array): TerminalSize {
  const value = JSON.parse(Buffer.from(payload).toString("utf8")) as Record<string, unknown> | null;
  return { rows: Number(value?.["Height"]) || 24, columns: Number(value?.["Width"]) || 80 };
}
