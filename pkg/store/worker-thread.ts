import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { StatusError } from "../status/index.ts";
import type { Reply, Request, WorkerInput } from "./worker-protocol.ts";

/** The main thread's side of the worker. */
export interface WorkerLink {
  post(request: Request): void;
  /** `closed` comes last; a worker that dies on its own ends with `died`. */
  onReply(handler: (reply: Reply) => void): void;
  onDeath(handler: (error: StatusError) => void): void;
  /** Ends the worker as it is; for when nothing has been written through it. */
  terminate(): Promise<unknown>;
}

/** Starts the worker; resolves when it has the file open, rejects with ServiceUnavailable where it cannot. */
export async function startWorker(input: WorkerInput): Promise<WorkerLink> {
  const worker = await makeWorker(input);
  let handleReply: (reply: Reply) => void = () => {};
  let handleDeath: (error: StatusError) => void = () => {};
  let isClosed = false;
  await new Promise<void>((resolve, reject) => {
    worker.on("message", (reply: Reply) => {
      if (reply.type === "ready") resolve();
      else if (reply.type === "refused") reject(new StatusError("ServiceUnavailable", reply.message));
      else {
        isClosed ||= reply.type === "closed";
        handleReply(reply);
      }
    });
    let cause: unknown;
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", (code) => {
      const error = new StatusError("ServiceUnavailable", `the store's writer ended (code ${code})`, { cause });
      reject(error);
      if (!isClosed) handleDeath(error);
    });
  });
  return {
    post: (request) => worker.postMessage(request),
    onReply: (handler) => {
      handleReply = handler;
    },
    onDeath: (handler) => {
      handleDeath = handler;
    },
    terminate: () => {
      isClosed = true;
      return worker.terminate();
    },
  };
}

/**
 * In a bundle the worker's code is the file store-worker.mjs beside it. When run from source (tests), where Node
 * cannot load TypeScript in a worker, it is compiled once, into memory.
 */
async function makeWorker(workerData: WorkerInput): Promise<Worker> {
  if (import.meta.url.endsWith(".ts")) {
    compiledWorker ??= compileWorker();
    return new Worker(await compiledWorker, { eval: true, workerData });
  }
  return new Worker(new URL("./store-worker.mjs", import.meta.url), { workerData });
}

let compiledWorker: Promise<string> | undefined;

async function compileWorker(): Promise<string> {
  // Not a static import, which would make the compiler a part of the bundle.
  const load = createRequire(import.meta.url);
  const { build }: typeof import("esbuild") = load("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "cjs",
    packages: "external",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
