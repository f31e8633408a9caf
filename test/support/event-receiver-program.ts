import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ExampleProgram, startExampleProgram } from "./example-program.ts";

const directory = resolve(import.meta.dirname, "../../manifests/examples/events");

export interface EventReceiverProgram extends ExampleProgram {
  /** The example's sinks, with the port on which the program listens. */
  readonly manifest: string;
}

/** Starts the example's receiver of Events, chat lines and alerts. */
export async function startEventReceiver(): Promise<EventReceiverProgram> {
  const program = await startExampleProgram(join(directory, "receiver.mjs"), "a-long-random-text");
  const manifest = readFileSync(join(directory, "sinks.yaml"), "utf8").replaceAll(":9912/", `:${program.port}/`);
  return { ...program, manifest };
}
