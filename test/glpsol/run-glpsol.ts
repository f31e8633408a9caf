import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** What glpsol made of a program. */
export interface Solution {
  /** INTEGER OPTIMAL, INTEGER NON-OPTIMAL (time was over), INTEGER EMPTY (there is none), INTEGER UNDEFINED (none was found). */
  readonly status: string;
  /** Of the best set found; absent: none. */
  readonly penalty?: number;
}

export function hasGlpsol(): boolean {
  return spawnSync("glpsol", ["--version"]).status === 0;
}

export async function runGlpsol(program: string, seconds: number): Promise<Solution> {
  const directory = mkdtempSync(join(tmpdir(), "plush-glpsol-"));
  try {
    const [input, output] = [join(directory, "question.lp"), join(directory, "answer.txt")];
    writeFileSync(input, program);
    const flags = ["--cuts", "--fpump", "--tmlim", String(seconds)];
    await promisify(execFile)("glpsol", ["--lp", input, "-o", output, ...flags], { maxBuffer: 2 ** 26 });
    return readSolution(readFileSync(output, "utf8"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readSolution(text: string): Solution {
  const status = /^Status:\s+(.*)$/m.exec(text)?.[1]?.trim() ?? "";
  const penalty = /^Objective:\s+penalty = (\S+)/m.exec(text)?.[1];
  const isFound = status === "INTEGER OPTIMAL" || status === "INTEGER NON-OPTIMAL";
  return { status, ...(isFound && penalty !== undefined && { penalty: Number(penalty) }) };
}
