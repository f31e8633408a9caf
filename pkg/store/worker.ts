import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { openForWriting } from "./database.ts";
import { toStatus } from "./database-fault.ts";
import { LogReader } from "./log-reader.ts";
import type { Sqlite } from "./sqlite.ts";
import {
  type CommitRequest,
  type HistoryRequest,
  type Reply,
  type Request,
  rowLength,
  type WorkerInput,
} from "./worker-protocol.ts";
import { Writer } from "./writer.ts";

/** Rows in one transaction at most: beyond this, waiting longer no longer pays. */
const maxGroup = 4000;
/** Pages copied between two looks at the queue. */
const backupStep = 256;

function start(port: MessagePort, input: WorkerInput): void {
  const send = (reply: Reply): void => port.postMessage(reply);
  let database: Sqlite;
  try {
    database = openForWriting(input.file, input.initial);
  } catch (error) {
    send({ type: "refused", message: toStatus(input.file, error).message });
    port.close();
    return;
  }
  if (input.quotaBytes !== undefined) {
    const pageSize = Number(database.pragma("page_size", { simple: true }));
    database.pragma(`max_page_count = ${Math.floor(input.quotaBytes / pageSize)}`);
  }
  const worker = new StoreWorker(database, input.file, port, send);
  port.on("message", (request: Request) => worker.receive(request));
  send({ type: "ready" });
  worker.sweepSoon();
}

class StoreWorker {
  readonly #database: Sqlite;
  readonly #file: string;
  readonly #port: MessagePort;
  readonly #send: (reply: Reply) => void;
  readonly #writer: Writer;
  readonly #log: LogReader;
  /** Requests of this epoch and of earlier ones rest on a commit that failed. */
  #failedEpoch = -1;
  #isSweeping = false;
  #backups: Promise<void> = Promise.resolve();

  constructor(database: Sqlite, file: string, port: MessagePort, send: (reply: Reply) => void) {
    this.#database = database;
    this.#file = file;
    this.#port = port;
    this.#send = send;
    this.#writer = new Writer(database);
    this.#log = new LogReader(database);
  }

  /** Group commit: what gathered during the last fsync is taken together. */
  receive(first: Request): void {
    let group: CommitRequest[] = [];
    let rows = 0;
    for (let request: Request | undefined = first; request !== undefined; request = this.#next()) {
      if (request.type !== "commit" || request.epoch !== (group[0]?.epoch ?? request.epoch) || rows > maxGroup) {
        this.#apply(group);
        group = [];
        rows = 0;
      }
      if (request.type === "commit") {
        group.push(request);
        rows += request.rows.length / rowLength;
      } else this.#handle(request);
    }
    this.#apply(group);
  }

  /** Sweeps step by step, with requests in between. */
  sweepSoon(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    setImmediate(() => {
      this.#isSweeping = false;
      if (!this.#database.open) return;
      try {
        const rows = this.#writer.sweep();
        if (rows === undefined) return;
        this.#send({ type: "swept", rows });
      } catch (error) {
        // No room, or an error of the disk: the next compaction goes on from here.
        this.#sweepFailed(error);
        return;
      }
      this.sweepSoon();
    });
  }

  #sweepFailed(error: unknown): void {
    this.#send({ type: "sweepFailed", message: toStatus(this.#file, error).message });
  }

  #next(): Request | undefined {
    return receiveMessageOnPort(this.#port)?.message;
  }

  #apply(group: readonly CommitRequest[]): void {
    const last = group.at(-1);
    if (last === undefined || last.epoch <= this.#failedEpoch) return;
    const startedMs = performance.now();
    try {
      this.#writer.apply(group);
    } catch (error) {
      this.#failedEpoch = last.epoch;
      const { message, details } = toStatus(this.#file, error);
      this.#send({ type: "failed", epoch: last.epoch, message, details });
      return;
    }
    const seconds = (performance.now() - startedMs) / 1000;
    const writes = group.reduce((sum, { rows }) => sum + rows.length / rowLength, 0);
    this.#send({ type: "committed", batch: last.batch, writes, seconds });
  }

  #handle(request: Exclude<Request, CommitRequest>): void {
    switch (request.type) {
      case "compact":
        try {
          this.#writer.compact(request.revision);
          this.sweepSoon();
        } catch (error) {
          this.#sweepFailed(error);
        }
        break;
      case "backup": {
        const { id, file } = request;
        this.#backups = this.#backups
          .then(() => this.#backup(file))
          .then(
            () => this.#send({ type: "backedUp", id }),
            (error) => this.#send({ type: "backedUp", id, error: toStatus(file, error).message }),
          );
        break;
      }
      case "history":
        this.#readHistory(request);
        break;
      case "close":
        void this.#backups.then(() => this.#close());
        break;
    }
  }

  #readHistory({ id, range, from }: HistoryRequest): void {
    try {
      this.#send({ type: "history", id, page: this.#log.page(range, from) });
    } catch (error) {
      this.#send({ type: "historyFailed", id, message: toStatus(this.#file, error).message });
    }
  }

  async #backup(file: string): Promise<void> {
    const partial = `${file}.partial`;
    rmSync(partial, { force: true });
    // Made before SQLite does it, for its mode: a backup holds keys and Secrets.
    closeSync(openSync(partial, "wx", 0o600));
    try {
      await this.#database.backup(partial, { progress: () => backupStep });
      renameSync(partial, file);
    } finally {
      rmSync(partial, { force: true });
    }
  }

  #close(): void {
    this.#database.close();
    this.#send({ type: "closed" });
    this.#port.close();
  }
}

// Entry of the worker thread that owns the database file, so that a slow disk holds up nothing but writes.
if (parentPort !== null) start(parentPort, workerData);
