import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sendSignal } from "../signal/index.ts";

/** What went from one site to another, which are named by their numbers. */
export interface LinkCount {
  readonly from: number;
  readonly to: number;
  readonly frames: number;
  readonly bytes: number;
  readonly lost: number;
  readonly overflowed: number;
}

const startMs = 5000;
const pollMs = 10;

/**
 * A running plush-delay, named by its socket: it outlives the program that started it, and whoever knows the socket may
 * command it. Rejections name the command.
 */
export class DelayLine {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** Starts the program and resolves when it listens. */
  static async start(program: string, socket: string): Promise<DelayLine> {
    const child = spawn(program, [socket], { stdio: ["ignore", "ignore", "pipe"], detached: true });
    let complaint = "";
    child.once("error", (error) => {
      complaint = error.message;
    });
    child.stderr.on("data", (chunk) => {
      complaint = `${complaint}${chunk}`.slice(-500);
    });
    const line = new DelayLine(socket);
    for (const since = Date.now(); Date.now() - since < startMs; await sleep(pollMs)) {
      if (await line.answers()) {
        // It outlives this program: nobody must be needed to read what it might say.
        child.stderr.destroy();
        child.unref();
        return line;
      }
      if (complaint !== "" || child.exitCode !== null) break;
    }
    child.kill("SIGKILL");
    throw new Error(`the delay line does not start: ${complaint.trim() || "no answer"}`);
  }

  /** Whether it runs. */
  answers(): Promise<boolean> {
    return this.command(["pid"]).then(
      () => true,
      () => false,
    );
  }

  async pid(): Promise<number> {
    const [line = ""] = await this.command(["pid"]);
    return Number(line.split(" ")[1]);
  }

  /** What was carried between sites since it started. */
  async counts(): Promise<readonly LinkCount[]> {
    const lines = await this.command(["stats"]);
    return lines
      .filter((line) => line.startsWith("link "))
      .map((line) => {
        const [from = 0, to = 0, frames = 0, bytes = 0, lost = 0, overflowed = 0] = line
          .split(" ")
          .slice(1)
          .map(Number);
        return { from, to, frames, bytes, lost, overflowed };
      });
  }

  /** Ends it, with its devices; nothing where none runs. */
  async stop(): Promise<void> {
    await this.command(["quit"]).catch(() => []);
    for (const pid of await processesWith(this.#socket)) sendSignal(pid, "SIGKILL");
  }

  /** Runs commands in their order; resolves with what they print. */
  async command(lines: readonly string[]): Promise<readonly string[]> {
    const socket = connect(this.#socket);
    try {
      await once(socket, "connect");
      const printed: string[] = [];
      const answers = answersOf(socket);
      for (const line of lines) {
        socket.write(`${line}\n`);
        for (;;) {
          const { value, done } = await answers.next();
          if (done === true) throw new Error(`${line}: the delay line has ended`);
          if (value === "ok") break;
          if (value.startsWith("error ")) throw new Error(`${line}: ${value.slice("error ".length)}`);
          printed.push(value);
        }
      }
      return printed;
    } finally {
      socket.destroy();
    }
  }
}

async function* answersOf(socket: Socket): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const chunk of socket) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}

/** One that no longer listens is found by its arguments. */
async function processesWith(socket: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
      return basename(argv[0] ?? "") === "plush-delay" && argv[1] === socket ? Number(pid) : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}
