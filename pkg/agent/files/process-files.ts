import { processEnvironmentOf } from "../claim/claim-command.ts";
import { type ClaimTasksOptions, runPlace } from "../claim/task-input.ts";
import { findOwner } from "../environment/user.ts";
import type { ClaimEntry, ProcessEntry, Run } from "../ledger/entry.ts";
import { signalRun } from "../shim/signal-run.ts";
import { StartRefusal } from "../shim/start-refusal.ts";
import { planNews } from "./plan-news.ts";
import { type RenderedFile, renderFiles } from "./rendered-files.ts";
import { loadRecord, recordOf, saveRecord, type ToldRecord } from "./told-record.ts";
import { writeInside } from "./write-inside.ts";

/** Changes that come one after another are told together, once there has been none for so long. */
const quietMs = 500;
/** A file that could not be written, on a full disk for example, is tried again. */
const retryMs = 5000;

interface Followed {
  readonly marker: string;
  /** All that its files and its signals follow from, as text; "": not looked at yet. */
  key: string;
  cancel?: () => void;
}

/** Writes the files of one claim's processes before they start, and keeps them up to date while they run. */
export class ProcessFiles {
  readonly #options: ClaimTasksOptions;
  readonly #followed = new Map<string, Followed>();
  #entry: ClaimEntry | undefined;

  constructor(options: ClaimTasksOptions) {
    this.#options = options;
  }

  /** Writes all files of a run that is about to start. Throws StartRefusal. */
  async prepare(entry: ClaimEntry, process: ProcessEntry, run: Run): Promise<void> {
    const { order } = process;
    if (!isFollowed(process)) return;
    const { marker, directory } = runPlace(this.#options.context, entry.uid, order.uid, run);
    try {
      const files = this.#render(entry, process, marker);
      for (const file of files) await this.#write(entry, process, file);
      await saveRecord(directory, recordOf(entry.order, order, files));
    } catch (error) {
      throw new StartRefusal("FileNotWritten", error instanceof Error ? error.message : String(error), false);
    }
    this.#forget(order.uid);
    this.#followed.set(order.uid, { marker, key: keyOf(entry, process) });
  }

  follow(entry: ClaimEntry | undefined): void {
    this.#entry = entry;
    for (const uid of this.#followed.keys()) if (!isOpen(entry?.processes[uid])) this.#forget(uid);
    if (entry === undefined) return;
    for (const [uid, process] of Object.entries(entry.processes)) {
      if (process.run !== undefined && isOpen(process) && isFollowed(process)) {
        this.#look(entry, uid, process, process.run);
      }
    }
  }

  close(): void {
    for (const uid of [...this.#followed.keys()]) this.#forget(uid);
  }

  #look(entry: ClaimEntry, uid: string, process: ProcessEntry, run: Run): void {
    const { context } = this.#options;
    const { marker } = runPlace(context, entry.uid, uid, run);
    // Before that the start itself writes them.
    if (context.monitor.observe(marker)?.state !== "running") return;
    const known = this.#followed.get(uid);
    const followed = known?.marker === marker ? known : { marker, key: "" };
    if (followed !== known) this.#forget(uid);
    this.#followed.set(uid, followed);
    const key = keyOf(entry, process);
    if (followed.key === key) return;
    followed.key = key;
    this.#tellAfter(quietMs, uid, followed);
  }

  #tellAfter(delayMs: number, uid: string, followed: Followed): void {
    const { context } = this.#options;
    followed.cancel?.();
    followed.cancel = context.ports.clock.setTimer(delayMs, () => {
      this.#tell(uid, followed).catch((error: unknown) => {
        if (context.closing.aborted || this.#followed.get(uid) !== followed) return;
        context.ports.log.warn({ process: uid, error: String(error) }, "files could not be brought up to date");
        this.#tellAfter(retryMs, uid, followed);
      });
    });
  }

  async #tell(uid: string, followed: Followed): Promise<void> {
    const { context, facts, wake } = this.#options;
    const entry = this.#entry;
    const process = entry?.processes[uid];
    if (entry === undefined || process?.run === undefined || this.#followed.get(uid) !== followed) return;
    const { order, run } = process;
    const { directory, marker } = runPlace(context, entry.uid, uid, run);
    const files = this.#render(entry, process, marker);
    const now = recordOf(entry.order, order, files);
    const told = await loadRecord(directory);
    // It began before there were such things, or is told of them for the first time.
    if (told === undefined) return saveRecord(directory, now);
    const plan = planNews({
      told,
      now,
      files: order.files ?? [],
      onPeersChange: order.onPeersChange,
      sourcesComeByRevision: entry.order.application !== undefined,
      mayRestart: order.restartPolicy !== "Never",
    });
    if (plan.kind === "nothing") return;
    if (plan.kind === "restart") {
      facts.renewals.set(uid, { number: run.number, why: plan.why });
      return wake();
    }
    for (const file of files) if (plan.write.includes(file.order.path)) await this.#write(entry, process, file);
    for (const signal of plan.signals) signalRun(context.monitor.started(marker), signal);
    await saveRecord(directory, toldNow(told, now, plan.write));
  }

  #render(entry: ClaimEntry, { order }: ProcessEntry, marker: string): readonly RenderedFile[] {
    const { context } = this.#options;
    const made = processEnvironmentOf(context, entry, order, marker);
    const env = "env" in made ? made.env : {};
    return renderFiles(order, entry.order, { address: context.config.address, env });
  }

  async #write(entry: ClaimEntry, { order }: ProcessEntry, { order: file, text }: RenderedFile): Promise<void> {
    const { context } = this.#options;
    const user = await findOwner(order.user, context);
    if ("refusal" in user) throw new Error(user.refusal.message);
    const { work } = context.layout.claim(entry.uid);
    await writeInside(work, file.path, text, {
      mode: file.mode,
      ...(user.owner !== undefined && { owner: user.owner }),
    });
  }

  #forget(uid: string): void {
    this.#followed.get(uid)?.cancel?.();
    this.#followed.delete(uid);
  }
}

/** Files that wait for another revision stay as they were told. */
function toldNow(told: ToldRecord, now: ToldRecord, written: readonly string[]): ToldRecord {
  const files = { ...told.files, ...Object.fromEntries(written.map((path) => [path, now.files[path] ?? ""])) };
  return { ...now, sources: told.sources, files };
}

function isFollowed({ order }: ProcessEntry): boolean {
  return (order.files ?? []).length > 0 || order.onPeersChange !== undefined;
}

/** It runs, and is not being stopped. */
function isOpen(process: ProcessEntry | undefined): boolean {
  const run = process?.run;
  return run !== undefined && run.end === undefined && run.stopReason === undefined;
}

function keyOf({ order: { peers } }: ClaimEntry, { order }: ProcessEntry): string {
  return JSON.stringify([order.files, order.onPeersChange, peers.components]);
}
