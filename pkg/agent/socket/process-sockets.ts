import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BarrierAnswer, BarrierReport, ProcessOrder } from "../../protocol/index.ts";
import { replaceFile } from "../atomic-file.ts";
import type { ClaimTasksOptions } from "../claim/task-input.ts";
import { portsOf } from "../environment/ports.ts";
import { findOwner } from "../environment/user.ts";
import { type ClaimEntry, type ProcessEntry, type Run, runName } from "../ledger/entry.ts";
import { BarrierBook, type PassedRounds } from "./barrier-book.ts";
import { PeersWatch } from "./peers-watch.ts";
import { ProcessSocket } from "./process-socket.ts";
import { socketPath } from "./socket-path.ts";

interface OpenSocket {
  /** The run it belongs to. */
  readonly run: string;
  readonly opened: Promise<{ readonly socket: ProcessSocket; readonly book: BarrierBook } | undefined>;
  /** Once it is there. */
  book?: BarrierBook;
}

/** The sockets of one claim's processes: each is there while its run is, and before the program starts. */
export class ProcessSockets {
  readonly #options: ClaimTasksOptions;
  readonly #onReady: (processUid: string) => void;
  readonly #open = new Map<string, OpenSocket>();
  readonly #peers = new PeersWatch();
  #entry: ClaimEntry | undefined;

  constructor(options: ClaimTasksOptions, onReady: (processUid: string) => void) {
    this.#options = options;
    this.#onReady = onReady;
  }

  follow(entry: ClaimEntry | undefined): void {
    this.#entry = entry;
    if (entry !== undefined) this.#peers.update(entry.order.peers);
    for (const [uid, open] of this.#open) {
      const run = entry?.processes[uid]?.run;
      if (run === undefined || run.end !== undefined || runName(run) !== open.run) this.#close(uid, open);
    }
    for (const { run, order } of Object.values(entry?.processes ?? {})) {
      if (run !== undefined && run.end === undefined) void this.open(order, run);
    }
    for (const answer of entry?.order.barriers ?? []) this.answer(answer);
  }

  /** Tells a process that waits for it; others have no use for it. */
  answer(answer: BarrierAnswer): void {
    this.#open.get(answer.processUid)?.book?.settle(answer);
  }

  /** Makes the socket of a run; resolves when it can be connected to, or is known not to be there. */
  async open(order: ProcessOrder, run: Run): Promise<void> {
    const name = runName(run);
    const known = this.#open.get(order.uid);
    if (known?.run === name) return void (await known.opened);
    if (known !== undefined) this.#close(order.uid, known);
    const open: OpenSocket = { run: name, opened: this.#make(order, run) };
    this.#open.set(order.uid, open);
    const made = await open.opened;
    if (made === undefined) return;
    open.book = made.book;
    // What was answered while it was being made.
    for (const answer of this.#entry?.order.barriers ?? []) {
      if (answer.processUid === order.uid) made.book.settle(answer);
    }
    // What it holds has not been told: who was quick may have entered already.
    this.#options.context.changed(this.#options.uid);
  }

  reports(processUid: string, run: Run | undefined): readonly BarrierReport[] {
    const open = this.#open.get(processUid);
    if (run === undefined || open?.run !== runName(run)) return [];
    return open.book?.reports() ?? [];
  }

  close(): void {
    for (const [uid, open] of [...this.#open]) this.#close(uid, open, false);
  }

  async #make(order: ProcessOrder, run: Run): ReturnType<() => OpenSocket["opened"]> {
    const { context, facts, uid, wake } = this.#options;
    try {
      const owner = await findOwner(order.user, context);
      // Beside the run's other records, and gone with them: another run begins anew.
      const record = join(context.layout.claim(uid).run(order.uid, runName(run)), "barriers.json");
      const book = new BarrierBook({
        passed: await readPassed(record),
        now: () => context.ports.clock.now(),
        onChange: (haste) => context.changed(uid, haste),
        onPassed: (passed) => this.#keep(record, passed),
        onRejected: ({ name, reason }) => {
          facts.rejections.set(order.uid, { number: run.number, message: `barrier ${name}: ${reason}` });
          wake();
        },
      });
      const socket = new ProcessSocket({
        path: socketPath(context.layout.sockets, order.uid),
        ...("owner" in owner && owner.owner !== undefined && { owner: owner.owner }),
        book,
        peers: this.#peers,
        self: () => this.#self(order.uid),
        onReady: () => this.#onReady(order.uid),
      });
      await socket.listening;
      return { socket, book };
    } catch (error) {
      context.ports.log.warn({ claim: uid, process: order.name, error: String(error) }, "no socket for a process");
      return undefined;
    }
  }

  #close(uid: string, open: OpenSocket, remove = true): void {
    this.#open.delete(uid);
    const path = socketPath(this.#options.context.layout.sockets, uid);
    void open.opened.then(async (made) => {
      await made?.socket.close();
      // Another run may have its own there by now.
      if (remove && !this.#open.has(uid)) await rm(path, { force: true }).catch(() => undefined);
    });
  }

  #keep(path: string, passed: PassedRounds): void {
    const { log } = this.#options.context.ports;
    mkdir(dirname(path), { recursive: true, mode: 0o700 })
      .then(() => replaceFile(path, JSON.stringify(passed), { mode: 0o600, durable: false }))
      .catch((error: unknown) => log.warn({ path, error: String(error) }, "rounds passed could not be written down"));
  }

  #self(processUid: string): Readonly<Record<string, unknown>> {
    const entry = this.#entry;
    const process: ProcessEntry | undefined = entry?.processes[processUid];
    if (entry === undefined || process === undefined) return {};
    const { namespace, application, component, ordinal, epoch, name } = entry.order;
    const { config } = this.#options.context;
    return {
      namespace,
      ...(application !== undefined && { application }),
      component,
      ...(ordinal !== undefined && { ordinal }),
      epoch,
      ...(process.order.phase !== undefined && { phase: process.order.phase }),
      process: process.order.process ?? process.order.name,
      claim: name,
      claimUid: entry.uid,
      resource: config.resourceName,
      address: config.address,
      ports: portsOf(process.order, entry.ports[processUid] ?? {}),
      catchUp: process.order.catchUp,
    };
  }
}

/** The agent wrote it itself, whole or not at all. */
async function readPassed(path: string): Promise<PassedRounds> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  return JSON.parse(text) as PassedRounds;
}
