import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const directory = resolve(import.meta.dirname, "../../manifests/examples/hook");

export interface HookProgram {
  /** The example's manifest, with the port on which the program listens. */
  readonly manifest: string;
  /** What it printed. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the example's hook, on a free port of this computer. */
export async function startHookProgram(key = "a-long-random-text"): Promise<HookProgram> {
  const env = { PATH: process.env["PATH"], HMAC_KEY: key, PORT: "0" };
  const child = spawn(process.execPath, [join(directory, "hook.mjs")], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  let printed = "";
  const port = await new Promise<string>((found, failed) => {
    child.once("exit", (code) => failed(new Error(`the hook ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const listening = /listening on port (\d+)/.exec(printed)?.[1];
      if (listening !== undefined) found(listening);
    });
  });
  return {
    manifest: readFileSync(join(directory, "application.yaml"), "utf8").replace("9911/", `${port}/`),
    output: () => printed,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
