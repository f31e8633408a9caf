import { kinds, type Resource } from "../../api/index.ts";
import type { Change, World } from "../live/world.ts";
import { type Machine, machineOf } from "./machine.ts";
import { Scene } from "./scene.ts";
import { Slots } from "./slots.ts";

/** What became of machines since the last frame. */
export interface MachineNews {
  readonly changed: readonly string[];
  /** Those with which something happened that is worth a look: not each new measurement. */
  readonly noted: readonly string[];
  /** Machines came, went, or stand elsewhere. */
  readonly isMoved: boolean;
  /** Counts of states are others. */
  readonly isRecounted: boolean;
}

/** Texts and numbers follow after so long at most; dots follow with the next frame. */
const restMs = 180;

/** Every machine of a world: canvases are told of each change once a frame, the rest of the page a few times a second. */
export class MachineStore {
  readonly #world: World;
  readonly #canvases = new Set<(news: MachineNews) => void>();
  readonly #readers = new Set<() => void>();
  #resting: ReturnType<typeof setTimeout> | undefined;
  #isStale = false;
  #isSynced = false;
  #version = 0;
  scene = new Scene();
  /** Applications by the numbers of their colours. */
  applications = new Slots();

  constructor(world: World) {
    this.#world = world;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get machines(): ReadonlyMap<string, Machine> {
    return this.scene.machines;
  }

  /** Follows the world until the returned function is called. */
  open(): () => void {
    const leave = this.#world.subscribe(kinds.Resource, (changes) => this.#take(changes));
    this.#begin();
    return () => {
      leave();
      clearTimeout(this.#resting);
      this.#resting = undefined;
    };
  }

  /** For canvases: called once a frame. */
  onNews(listener: (news: MachineNews) => void): () => void {
    this.#canvases.add(listener);
    return () => this.#canvases.delete(listener);
  }

  /** For useSyncExternalStore: `version` counts what readers have been told. */
  readonly subscribe = (wake: () => void): (() => void) => {
    this.#readers.add(wake);
    return () => this.#readers.delete(wake);
  };

  readonly version = (): number => this.#version;

  #begin(): void {
    const { objects, isSynced } = this.#world.view(kinds.Resource);
    this.#isSynced = isSynced;
    this.scene = new Scene();
    this.applications = new Slots();
    const machines = [...objects.values()].map(machineOf);
    this.scene.fill(machines);
    for (const name of machines.flatMap(({ applications }) => applications).sort()) this.applications.take(name);
    this.#tell({ changed: [], noted: [], isMoved: true, isRecounted: true });
  }

  #take(changes: readonly Change<Resource>[]): void {
    // What was listed in parts is put into one order.
    if (!this.#isSynced && this.#world.view(kinds.Resource).isSynced) {
      this.#begin();
      return;
    }
    let [isMoved, isRecounted] = [false, false];
    for (const { key, now, before } of changes) {
      const isNew = now === undefined ? this.scene.remove(key) : this.scene.put(machineOf(now));
      isMoved ||= isNew;
      isRecounted ||= isNew || now?.status?.state !== before?.status?.state;
      for (const name of now === undefined ? [] : machineOf(now).applications) this.applications.take(name);
    }
    const noted = this.#isSynced ? changes.filter(isNoteworthy).map(({ key }) => key) : [];
    this.#tell({ changed: changes.map(({ key }) => key), noted, isMoved, isRecounted });
  }

  #tell(news: MachineNews): void {
    for (const listener of this.#canvases) listener(news);
    this.#isStale = true;
    if (this.#resting === undefined) this.#tellReaders();
  }

  #tellReaders(): void {
    this.#resting = undefined;
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#version++;
    this.#resting = setTimeout(() => this.#tellReaders(), restMs);
    for (const wake of this.#readers) wake();
  }
}

function isNoteworthy({ now, before }: Change<Resource>): boolean {
  if (now === undefined) return false;
  if (before === undefined) return true;
  const [a, b] = [before.status, now.status];
  return (
    a?.state !== b?.state ||
    before.spec.unschedulable !== now.spec.unschedulable ||
    (a?.allocations ?? []).map(({ claimUid, epoch }) => claimUid + epoch).join() !==
      (b?.allocations ?? []).map(({ claimUid, epoch }) => claimUid + epoch).join()
  );
}
