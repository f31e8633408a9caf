import type { Fabric } from "../../fabric/index.ts";
import { equalJson, isObject } from "../../merge/index.ts";
import type { AgentDocument } from "../../protocol/index.ts";
import type { Store } from "../../store/index.ts";
import type { Violations } from "./violations.ts";

/** What machines may need one day is looked at from time to time, whatever changes. */
const byTheClock = "prefetch";

/** Peers and barriers may be told of a change so long after it. */
const restMs = 1000;

/** A server whose controllers can be had look at everything. */
export interface Lookout {
  /** Nothing is being reconciled, and nothing waits for it but time. */
  readonly isQuiet: boolean;
  lookAtAll(isMeant: (controller: string) => boolean): void;
}

export interface WakeChecksParts {
  readonly violations: Violations;
  readonly now: () => number;
  /** So long from one look at everything to the next. */
  readonly everyMs: number;
}

/**
 * Has all controllers look at all their objects while nothing is going on. Whoever finds something to do then had not been
 * woken by the change that calls for it: what keeps controllers from looking in vain must never keep them from this.
 */
export class WakeChecks {
  readonly #parts: WakeChecksParts;
  readonly #documents = new Map<string, AgentDocument>();
  #nextAt: number;
  #changedAt = 0;
  #isLooking = false;

  constructor(parts: WakeChecksParts) {
    this.#parts = parts;
    this.#nextAt = parts.everyMs;
  }

  /** The store, of which each commit is seen. */
  watchStore(store: Store): Store {
    const commit = store.commit.bind(store);
    store.commit = (preconditions, writes) => {
      for (const { key, value } of this.#isLooking ? writes : [])
        this.#sees(`the write of ${key}`, store.head(key)?.value, value?.(0));
      return commit(preconditions, writes);
    };
    const onChanges = (): void => {
      this.#changedAt = this.#parts.now();
    };
    store.watch("/", store.revision, { onChanges, onEnd: () => undefined });
    return store;
  }

  /** The fabric, of which each document is seen. */
  watchFabric(fabric: Fabric): Fabric {
    const setDocument = fabric.setDocument.bind(fabric);
    this.#documents.clear();
    fabric.setDocument = (document) => {
      const { resourceUid } = document;
      if (this.#isLooking) this.#sees(`another document of ${resourceUid}`, this.#documents.get(resourceUid), document);
      this.#documents.set(resourceUid, document);
      setDocument(document);
    };
    return fabric;
  }

  /** To be called when nothing is left to do at an instant; true where there is now. */
  quiet(server: Lookout | undefined): boolean {
    if (this.#isLooking) {
      this.#isLooking = false;
      return false;
    }
    const now = this.#parts.now();
    if (now < Math.max(this.#nextAt, this.#changedAt + restMs) || server?.isQuiet !== true) return false;
    this.#nextAt = now + this.#parts.everyMs;
    this.#isLooking = true;
    server.lookAtAll((controller) => controller !== byTheClock);
    return true;
  }

  #sees(what: string, before: unknown, after: unknown): void {
    if ((isSearching(before) && isSearching(after)) || isQuarantined(before) || isQuarantined(after)) return;
    const found = differences(before, after);
    if (found.length > 0)
      this.#parts.violations.report("NobodySleeps", `nothing had called for ${what}: ${found.join(", ")}`);
  }
}

const ofNoMatter: ReadonlySet<string> = new Set(["managedFields", "resourceVersion", "generation"]);

/** Where two objects differ, for people: paths, with what stands there. */
function differences(before: unknown, after: unknown, path = ""): readonly string[] {
  if (equalJson(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [`${path} ${JSON.stringify(before)} -> ${JSON.stringify(after)}`];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    ofNoMatter.has(name) ? [] : differences(before[name], after[name], `${path}.${name}`),
  );
}

/** A quarantine ends at an instant of the wall clock: where that is set back, it is not over again. */
function isQuarantined(object: unknown): boolean {
  return isObject(object) && isObject(object["status"]) && object["status"]["state"] === "Quarantined";
}

/** Why there is no machine for a claim is said as it was when one was last looked for, and that is when one has got room. */
function isSearching(object: unknown): boolean {
  return isObject(object) && /\d+\/\d+ machines: /.test(JSON.stringify(object["status"] ?? ""));
}
