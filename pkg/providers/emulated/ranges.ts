import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { StatusError } from "../../status/index.ts";
import { rangeCount } from "./world-plan.ts";

/**
 * Which pool has which range of addresses, for all servers of this computer. A claim is a symbolic link, named by the range's
 * number, that points to nothing but says whose it is: it is made as a whole or not at all, and by one alone.
 */
export class Ranges {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The number of the range of `owner`: the one it has, else `preferred`, else the next that is free. Throws StatusError Conflict. */
  claim(owner: string, preferred: number): number {
    mkdirSync(this.#directory, { recursive: true });
    const claims = this.claims();
    for (const [slot, other] of claims) if (other === owner) return slot;
    for (let at = 0; at < rangeCount; at++) {
      const slot = (preferred + at) % rangeCount;
      if (!claims.has(slot) && this.#take(slot, owner)) return slot;
    }
    throw new StatusError("Conflict", `all ${rangeCount} ranges of addresses for emulated machines are in use here`);
  }

  /** Owners by the numbers of their ranges. */
  claims(): ReadonlyMap<number, string> {
    const claims = new Map<number, string>();
    for (const file of listed(this.#directory)) {
      const owner = this.#ownerOf(file);
      if (owner !== undefined) claims.set(Number(file), owner);
    }
    return claims;
  }

  release(slot: number): void {
    rmSync(join(this.#directory, String(slot)), { force: true });
  }

  #take(slot: number, owner: string): boolean {
    try {
      symlinkSync(owner, join(this.#directory, String(slot)));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  }

  /** Undefined where it was given up a moment ago. */
  #ownerOf(file: string): string | undefined {
    try {
      return readlinkSync(join(this.#directory, file));
    } catch {
      return undefined;
    }
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
