import { spawn } from "node:child_process";

export interface ExampleProgram {
  /** On which it listens. */
  readonly port: number;
  /** What it printed. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a program of an example that tells on which port it listens, on a free one of this computer. */
export async function startExampleProgram(file: string, hmacKey: string): Promise<ExampleProgram> {
  const env = { PATH: process.env["PATH"], HMAC_KEY: hmacKey, PORT: "0" };
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  let printed = "";
  const port = await new Promise<number>((found, failed) => {
    child.once("exit", (code) => failed(new Error(`${file} ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const listening = /listening on port (\d+)/.exec(printed)?.[1];
      if (listening !== undefined) found(Number(listening));
    });
  });
  return {
    port,
    output: () => printed,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
