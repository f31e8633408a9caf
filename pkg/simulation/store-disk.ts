import {
  type CommitRequest,
  type LogRow,
  type Reply,
  type Request,
  restoredMeta,
  rowAt,
  rowLength,
  type StoreDisk,
} from "../store/index.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { Random } from "./random.ts";

type Meta = StoreDisk["meta"];

/** What is on a server's disk: a store, as it is durable. */
export interface StoredLog {
  readonly meta: Meta;
  readonly rows: ReadonlyMap<string, LogRow>;
}

/** So long a disk that lies keeps writes to itself. */
const lyingMs = 5000;

/**
 * The disk of a server and the thread that writes it: a commit is on it some time after it was sent, and only then it is
 * acknowledged. What a server that is killed had sent may be on it or not.
 */
export class ServerDisk {
  readonly #random: Random;
  readonly #acknowledgesEarly: boolean;
  readonly #reusesEpochs: boolean;
  #meta: Meta;
  #rows = new Map<string, LogRow>();
  /** Sent by the server that runs, and not durable yet; oldest first. */
  #pending: CommitRequest[] = [];
  #busyUntil = 0;
  #failedEpoch = -1;
  /** How long one write takes beyond the usual, in milliseconds. */
  slowMs = 0;
  isFull = false;

  /** `acknowledgesEarly`: a disk that lies about fsync. `reusesEpochs`: a restore does not raise them. */
  constructor(
    random: Random,
    {
      clusterUid,
      acknowledgesEarly,
      reusesEpochs,
    }: { clusterUid: string; acknowledgesEarly: boolean; reusesEpochs: boolean },
  ) {
    this.#random = random;
    this.#acknowledgesEarly = acknowledgesEarly;
    this.#reusesEpochs = reusesEpochs;
    this.#meta = { clusterUid, term: 1, epochFloor: 0, revision: 0, compacted: 0, swept: 0, bytes: 0, objects: 0 };
  }

  /** What a server finds that starts now. */
  open(clock: ProcessClock): StoreDisk {
    this.#busyUntil = 0;
    this.#failedEpoch = -1;
    let reply: (message: Reply) => void = () => {};
    const post = (request: Request): void => {
      if (clock.isAlive) this.#receive(request, clock, (message) => clock.run(() => reply(message)));
    };
    return {
      meta: this.#meta,
      rows: this.#rows.values(),
      worker: {
        post,
        onReply: (handler) => {
          reply = handler;
        },
        onDeath: () => {},
        terminate: async () => {},
      },
    };
  }

  /** The server was killed: its last writes are on disk up to some point. Returns those of which nobody was told. */
  crash(): readonly LogRow[] {
    const count = this.#acknowledgesEarly ? 0 : this.#random.between(0, this.#pending.length);
    const survivors = this.#pending.slice(0, count).filter(({ epoch }) => epoch > this.#failedEpoch);
    this.#pending = [];
    return survivors.flatMap((commit) => this.#apply(commit));
  }

  copy(): StoredLog {
    return { meta: this.#meta, rows: new Map(this.#rows) };
  }

  /** Puts an older copy in place of what is there, while no server runs. */
  restore({ meta, rows }: StoredLog, nowMs: number): void {
    this.#meta = { ...meta, ...restoredMeta(meta, this.#meta, nowMs), ...(this.#reusesEpochs && { epochFloor: 0 }) };
    this.#rows = new Map(rows);
  }

  #receive(request: Request, clock: ProcessClock, reply: (message: Reply) => void): void {
    if (request.type === "close") reply({ type: "closed" });
    if (request.type !== "commit") return;
    this.#pending.push(request);
    const committed = { type: "committed", batch: request.batch, writes: 1, seconds: 0 } as const;
    if (this.#acknowledgesEarly) clock.defer(() => reply(committed));
    // One write after the other.
    this.#busyUntil = Math.max(this.#busyUntil, clock.monotonic()) + 5 + this.#random.next() * 15 + this.slowMs;
    const cachedMs = this.#acknowledgesEarly ? lyingMs : 0;
    clock.setTimer(this.#busyUntil - clock.monotonic() + cachedMs, () => {
      const index = this.#pending.indexOf(request);
      if (index < 0) return;
      this.#pending.splice(index, 1);
      // What was decided on top of a commit that failed must not be written either.
      if (request.epoch <= this.#failedEpoch) return;
      if (this.isFull) {
        this.#failedEpoch = request.epoch;
        return reply({ type: "failed", epoch: request.epoch, message: "database or disk is full", details: {} });
      }
      this.#apply(request);
      if (!this.#acknowledgesEarly) reply(committed);
    });
  }

  #apply({ rows, revision, bytes }: CommitRequest): readonly LogRow[] {
    const applied: LogRow[] = [];
    for (let index = 0; index < rows.length; index += rowLength) {
      const row = rowAt(rows, index);
      applied.push(row);
      if (row.value === null) this.#rows.delete(row.key);
      else this.#rows.set(row.key, row);
    }
    this.#meta = { ...this.#meta, revision, bytes, objects: this.#rows.size };
    return applied;
  }
}
