import { readFile, rm, writeFile } from "node:fs/promises";
import { hasCode } from "../error-code.ts";

/** Asked by Debian's packages before they start their services. */
const policyFile = "/usr/sbin/policy-rc.d";

/** Keeps packages from starting services while they are installed; whose machine has a policy of its own keeps that. */
export class NoServices {
  readonly #text: string;
  readonly #path: string;

  /** `owner`: the agent's directory, by which it knows its own file. */
  constructor(owner: string, path = policyFile) {
    this.#text = `#!/bin/sh\n# plush-agent in ${owner}: there while a package is installed\nexit 101\n`;
    this.#path = path;
  }

  async during<T>(task: () => Promise<T>): Promise<T> {
    const mode = 0o755;
    await writeFile(this.#path, this.#text, { flag: "wx", mode }).catch((error: unknown) => {
      // Another's policy holds, and without the right or the place to write one there is none.
      if (!["EEXIST", "EACCES", "ENOENT", "EROFS"].some((code) => hasCode(error, code))) throw error;
    });
    try {
      return await task();
    } finally {
      await this.end();
    }
  }

  /** Removes what this agent, or one that was killed before it, has written. */
  async end(): Promise<void> {
    if ((await readFile(this.#path, "utf8").catch(() => "")) === this.#text) await rm(this.#path, { force: true });
  }
}
