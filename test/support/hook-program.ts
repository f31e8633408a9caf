import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ExampleProgram, startExampleProgram } from "./example-program.ts";

const directory = resolve(import.meta.dirname, "../../manifests/examples/hook");

export interface HookProgram extends ExampleProgram {
  /** The example's manifest, with the port on which the program listens. */
  readonly manifest: string;
}

/** Starts the example's hook. */
export async function startHookProgram(key = "a-long-random-text"): Promise<HookProgram> {
  const program = await startExampleProgram(join(directory, "hook.mjs"), key);
  const manifest = readFileSync(join(directory, "application.yaml"), "utf8").replace("9911/", `${program.port}/`);
  return { ...program, manifest };
}
