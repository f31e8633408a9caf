import type { RemoteProcess } from "../remote/index.ts";
import { LineSplitter } from "../streams/index.ts";
import { ConnectError } from "./fabric.ts";

const maxLine = 64 << 10;
const maxNoise = 8192;

/**
 * A script that runs on a machine and answers lines. What a login shell's start-up files print is skipped; where the
 * script ends early, what it and sudo said becomes a ConnectError.
 */
export class ScriptChannel {
  readonly #child: RemoteProcess;
  readonly #host: string;
  readonly #lines: string[] = [];
  #noise = "";
  #isEnded = false;
  #wake: () => void = () => {};

  /** `host` is for messages. */
  constructor(child: RemoteProcess, host: string) {
    this.#child = child;
    this.#host = host;
    const splitter = new LineSplitter(maxLine);
    child.stdout.on("data", (chunk: Buffer) => {
      for (const line of splitter.push(chunk)) this.#lines.push(line);
      this.#wake();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.#noise = (this.#noise + chunk.toString("utf8")).slice(-maxNoise);
    });
    void child.exit.then(() => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  write(data: string | Buffer): void {
    this.#child.stdin.write(data);
  }

  /** The next answer "plush WORD REST" of that word; other answers before it go to `onOther`. */
  async expect(word: string, onOther: (word: string, rest: string) => void = () => {}): Promise<string> {
    for (;;) {
      const line = await this.#next();
      const [, found = "", rest = ""] = /^plush (\S+) ?(.*)$/.exec(line) ?? [];
      if (found === word) return rest;
      if (found === "") this.#noise = `${this.#noise}${line}\n`.slice(-maxNoise);
      else onOther(found, rest);
    }
  }

  /** What was printed besides answers; forgets it. */
  takeNoise(): string {
    const noise = this.#noise;
    this.#noise = "";
    return noise.trim();
  }

  close(): void {
    this.#child.close();
  }

  async #next(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#isEnded) throw failureOf(this.takeNoise(), this.#host);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Why a script failed, from what was printed; the message names the host and the mend. */
export function failureOf(output: string, host: string): ConnectError {
  const detail = output === "" ? "the command ended without a word" : output.slice(-2000);
  if (/no space left|disk quota exceeded/i.test(output)) {
    return new ConnectError("DiskFull", `${host}: no disk space left for the agent, free some there: ${detail}`);
  }
  if (/sudo/i.test(output)) {
    return new ConnectError(
      "SudoFailed",
      `${host}: sudo without a password does not work: ${detail}; let the user run all commands with NOPASSWD in /etc/sudoers.d, or set ssh.sudo: false`,
    );
  }
  return new ConnectError("BootstrapFailed", `${host}: agent cannot be brought up: ${detail}`);
}
