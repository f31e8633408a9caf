import type { Clock } from "../../clock/index.ts";
import type {
  AgentMessage,
  ClaimReport,
  DocumentPosition,
  HostReport,
  LeaseRequest,
  NetworkReport,
  PackagesReport,
  TreeReport,
} from "../../protocol/index.ts";

/** What there is to report, read when it is sent. */
export interface ReportSource {
  host(): HostReport;
  document(): DocumentPosition;
  claims(): readonly ClaimReport[];
  claim(uid: string): ClaimReport | undefined;
  needs(): readonly string[];
  /** Its place in the tree; undefined where it has none. */
  tree?(): TreeReport | undefined;
  /** Undefined where it exchanges none. */
  packages?(): PackagesReport | undefined;
  /** Undefined while it is not to measure anything. */
  network?(): NetworkReport | undefined;
  /** Somebody begins to listen. */
  heard(): void;
}

/** Where one reader's messages go. */
export interface ReportSink {
  /** Returns false where the reader does not keep up; `resume` is called when it does again. */
  write(message: AgentMessage): boolean;
}

/** When a change is told, at the latest: at once where somebody waits for it, late where nobody does. */
export type ReportHaste = "now" | "soon" | "late";

/**
 * Changes that come within this time travel together. Late ones are those of which all machines have one in the same
 * moment, in which they and the server have better things to do.
 */
const coalesceMs: Readonly<Record<ReportHaste, number>> = { now: 0, soon: 10, late: 200 };

/** Tells each reader everything at first, then what has changed since it was last told, and beats in silence. */
export class ReportHub {
  readonly #clock: Clock;
  readonly #beatMs: number;
  readonly #source: ReportSource;
  readonly #readers = new Set<Reader>();

  constructor(clock: Clock, beatMs: number, source: ReportSource) {
    this.#clock = clock;
    this.#beatMs = beatMs;
    this.#source = source;
  }

  /** Serves a reader until `stop`; `resume` after its sink refused more. `beatMs`: it wants beats so seldom. */
  add(sink: ReportSink, beatMs = this.#beatMs): { readonly stop: () => void; readonly resume: () => void } {
    const reader = new Reader(this.#clock, Math.max(beatMs, this.#beatMs), this.#source, sink);
    this.#readers.add(reader);
    reader.start();
    this.#source.heard();
    const stop = (): void => {
      this.#readers.delete(reader);
      reader.stop();
    };
    return { stop, resume: () => reader.resume() };
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Something of this claim may have changed; without a uid: something else. */
  changed(claimUid?: string, haste: ReportHaste = "soon"): void {
    for (const reader of this.#readers) reader.changed(claimUid, haste);
  }

  /** Asks all readers for leases; one that does not keep up is asked the next time. */
  ask(request: Omit<LeaseRequest, "seq">): void {
    for (const reader of this.#readers) reader.ask(request);
  }
}

class Reader {
  readonly #clock: Clock;
  readonly #beatMs: number;
  readonly #source: ReportSource;
  readonly #sink: ReportSink;
  readonly #dirty = new Set<string>();
  /** As last told, by claim. */
  readonly #told = new Map<string, string>();
  #host = "";
  #document = "";
  #needs = "";
  #tree = "";
  #packages = "";
  #network = "";
  #seq = 0;
  #isReady = true;
  /** What is to be told, and when on the monotonic clock. */
  #flush: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  #cancelBeat: (() => void) | undefined;

  constructor(clock: Clock, beatMs: number, source: ReportSource, sink: ReportSink) {
    this.#clock = clock;
    this.#beatMs = beatMs;
    this.#source = source;
    this.#sink = sink;
  }

  start(): void {
    const host = this.#source.host();
    const document = this.#source.document();
    const claims = this.#source.claims();
    const needs = this.#source.needs();
    const tree = this.#source.tree?.();
    const packages = this.#source.packages?.();
    const network = this.#source.network?.();
    for (const claim of claims) this.#told.set(claim.uid, JSON.stringify(claim));
    this.#host = JSON.stringify(host);
    this.#document = JSON.stringify(document);
    this.#needs = JSON.stringify(needs);
    this.#tree = JSON.stringify(tree) ?? "";
    this.#packages = JSON.stringify(packages) ?? "";
    this.#network = JSON.stringify(network) ?? "";
    const others = {
      ...(tree !== undefined && { tree }),
      ...(packages !== undefined && { packages }),
      ...(network !== undefined && { network }),
    };
    this.#send({ type: "full", seq: this.#next(), host, document, claims, needs, ...others });
  }

  stop(): void {
    this.#flush?.cancel();
    this.#cancelBeat?.();
  }

  resume(): void {
    this.#isReady = true;
    this.#schedule("soon");
  }

  changed(claimUid: string | undefined, haste: ReportHaste): void {
    if (claimUid !== undefined) this.#dirty.add(claimUid);
    this.#schedule(haste);
  }

  ask(request: Omit<LeaseRequest, "seq">): void {
    if (this.#isReady) this.#send({ ...request, seq: this.#next() });
  }

  #schedule(haste: ReportHaste): void {
    if (!this.#isReady) return;
    const waitMs = coalesceMs[haste];
    const dueMs = this.#clock.monotonic() + waitMs;
    if (this.#flush !== undefined && this.#flush.dueMs <= dueMs) return;
    this.#flush?.cancel();
    const cancel = this.#clock.setTimer(waitMs, () => {
      this.#flush = undefined;
      this.#tell();
    });
    this.#flush = { dueMs, cancel };
  }

  #tell(): void {
    const { claims, gone } = this.#changedClaims();
    const host = this.#source.host();
    const document = this.#source.document();
    const needs = this.#source.needs();
    const tree = this.#source.tree?.();
    const packages = this.#source.packages?.();
    const network = this.#source.network?.();
    const texts = [host, document, needs, tree, packages, network].map((value) => JSON.stringify(value) ?? "");
    const [hostText = "", documentText = "", needsText = "", treeText = "", packagesText = "", networkText = ""] =
      texts;
    const parts = {
      ...(hostText !== this.#host && { host }),
      ...(documentText !== this.#document && { document }),
      ...(needsText !== this.#needs && { needs }),
      ...(treeText !== this.#tree && tree !== undefined && { tree }),
      ...(packagesText !== this.#packages && packages !== undefined && { packages }),
      ...(networkText !== this.#network && network !== undefined && { network }),
    };
    [this.#host, this.#document, this.#needs] = [hostText, documentText, needsText];
    [this.#tree, this.#packages, this.#network] = [treeText, packagesText, networkText];
    if (claims.length === 0 && gone.length === 0 && Object.keys(parts).length === 0) return;
    this.#send({ type: "change", seq: this.#next(), ...parts, claims, gone });
  }

  #changedClaims(): { claims: ClaimReport[]; gone: string[] } {
    const claims: ClaimReport[] = [];
    const gone: string[] = [];
    for (const uid of this.#dirty) {
      const claim = this.#source.claim(uid);
      const text = claim && JSON.stringify(claim);
      if (text === this.#told.get(uid)) continue;
      if (claim === undefined || text === undefined) {
        this.#told.delete(uid);
        gone.push(uid);
      } else {
        this.#told.set(uid, text);
        claims.push(claim);
      }
    }
    this.#dirty.clear();
    return { claims, gone };
  }

  #send(message: AgentMessage): void {
    this.#isReady = this.#sink.write(message);
    this.#cancelBeat?.();
    this.#cancelBeat = this.#clock.setTimer(this.#beatMs, () => this.#beat());
  }

  #beat(): void {
    // A reader that does not keep up has no need of beats: what it has not read yet is its sign of life.
    if (this.#isReady) this.#send({ type: "beat", seq: this.#next() });
    else this.#cancelBeat = this.#clock.setTimer(this.#beatMs, () => this.#beat());
  }

  #next(): number {
    return ++this.#seq;
  }
}
