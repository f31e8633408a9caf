import { closeSync, constants, copyFileSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";

/** The log is copied to FILE.1 and cut when it has so many bytes. */
const maxBytes = 1 << 20;

/** The agent's own log: one line of JSON a call, info and above, in a file that stays bounded. Never throws. */
export function makeFileLog(path: string, clock: Clock): Logger {
  return fieldsLog(new BoundedFile(path), clock, {});
}

function fieldsLog(file: BoundedFile, clock: Clock, bound: object): Logger {
  const at = (level: string) => (fields: object, message: string) =>
    file.append(
      `${JSON.stringify({ time: new Date(clock.now()).toISOString(), level, msg: message, ...bound, ...fields })}\n`,
    );
  return {
    debug() {},
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => fieldsLog(file, clock, { ...bound, ...fields }),
  };
}

const appendOnly = constants.O_WRONLY | constants.O_APPEND;

class BoundedFile {
  readonly #path: string;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    closeSync(openSync(path, "a", 0o600));
  }

  append(line: string): void {
    try {
      if (this.#bytes === 0) this.#bytes = statSync(this.#path).size;
      // Never created here: when the agent's directory is removed its log must not bring anything back.
      const file = openSync(this.#path, appendOnly);
      writeSync(file, line);
      closeSync(file);
      this.#bytes += line.length;
      if (this.#bytes > maxBytes) this.#rotate();
    } catch {
      // A full disk or a removed directory must not end the agent.
    }
  }

  /** Copied and cut, not renamed: standard output of the daemon is the same open file. */
  #rotate(): void {
    copyFileSync(this.#path, `${this.#path}.1`);
    truncateSync(this.#path);
    this.#bytes = 0;
  }
}
