import type { Outputs } from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import type { ItemReport } from "../../work/index.ts";
import type { SeenMember } from "./members.ts";
import type { ItemResults, WorkPorts } from "./ports.ts";

/** So many are fetched at the same time. */
const concurrency = 32;
/** A machine that gives nothing for so long is not waited for. */
const idleMs = 30_000;

interface Wanted {
  readonly uid: string;
  readonly machine: string;
  readonly outputs: Outputs;
  readonly onDone: () => void;
}

/** Fetches what items leave, before their results count: what is not stored yet its machine must not forget. */
export class Collector {
  readonly #ports: Pick<WorkPorts, "collect">;
  readonly #found = new Map<string, ItemResults | "fetching">();
  readonly #waiting: Wanted[] = [];
  readonly #closed = new AbortController();
  #running = 0;

  constructor(ports: Pick<WorkPorts, "collect">) {
    this.#ports = ports;
  }

  /** The member with results in what is done; what is still being fetched counts as running. Calls back on news. */
  withResults(member: SeenMember, outputs: Outputs, onDone: () => void): SeenMember {
    const reports = [...member.reports].map(([uid, report]): [string, ItemReport] => {
      if (report.kind !== "done") return [uid, report];
      const found = this.#found.get(uid);
      if (found !== undefined && found !== "fetching") return [uid, { ...report, ...found }];
      if (found === undefined && member.machine !== undefined)
        this.#fetch({ uid, machine: member.machine, outputs, onDone });
      return [uid, { kind: "running" }];
    });
    return { ...member, reports: new Map(reports) };
  }

  /** Forgets what machines of the phase do not name any more. */
  keep(phaseUid: string, named: ReadonlySet<string>): void {
    for (const [uid, found] of this.#found) {
      if (found !== "fetching" && uid.startsWith(`${phaseUid}.`) && !named.has(uid)) this.#found.delete(uid);
    }
  }

  close(): void {
    this.#closed.abort();
  }

  #fetch(wanted: Wanted): void {
    this.#found.set(wanted.uid, "fetching");
    this.#waiting.push(wanted);
    this.#next();
  }

  #next(): void {
    if (this.#running >= concurrency) return;
    const wanted = this.#waiting.shift();
    if (wanted === undefined) return;
    this.#running++;
    void this.#collect(wanted).then((found) => {
      this.#running--;
      this.#found.set(wanted.uid, found);
      wanted.onDone();
      this.#next();
    });
  }

  async #collect({ uid, machine, outputs }: Wanted): Promise<ItemResults> {
    const { signal } = this.#closed;
    try {
      return await this.#ports.collect({ machine, process: uid, outputs, idleMs, signal });
    } catch (error) {
      return { results: [], missing: StatusError.from(error).message };
    }
  }
}
