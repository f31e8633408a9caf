import { kinds } from "../../api/index.ts";
import { type Controller, isWishOr, type ReconcileResult } from "../../controller/index.ts";
import { DocumentObserver } from "./observe.ts";
import { OlderBindings } from "./older-bindings.ts";
import { claimsWith } from "./peer-group.ts";
import { PeerRounds } from "./peer-rounds.ts";
import { type FaultyProcess, type RenderedDocument, renderDocument } from "./plan.ts";
import type { DocumentPorts } from "./ports.ts";
import { documentSources, machinesOf, resourceFacts } from "./sources.ts";
import { WorkBook } from "./work-book.ts";

/** What comes one after another is sent together: most of what a document costs is paid once it is sent. */
const gatherMs = 20;

interface KnownDocument extends RenderedDocument {
  /** That from which it was rendered. */
  readonly state: string;
}

/**
 * Renders each machine's document and hands it to the fabric, which sends it where its content has changed. A change of
 * one member calls for all the machines of its application: those for which it means nothing keep what they have.
 */
export function makeDocumentController(ports: DocumentPorts): Controller {
  const resources = ports.cache(kinds.Resource);
  const work = new WorkBook(ports);
  const older = new OlderBindings(ports);
  const observer = new DocumentObserver(ports, work, older);
  const rounds = new PeerRounds({
    clock: ports.clock,
    claimsWith: (claim) => claimsWith(claim, ports),
    roundIn: (claim) => observer.roundIn(claim),
    machinesOf,
  });
  const known = new Map<string, KnownDocument>();
  const told = new Map<string, string>();
  return {
    name: "document",
    kind: kinds.Resource,
    own: { when: isWishOr(resourceFacts) },
    watches: documentSources(ports, work, rounds),
    signals: (enqueue) => {
      const stops = [older.follow(enqueue), rounds.start(enqueue)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    async reconcile(key): Promise<ReconcileResult> {
      const resource = resources.get(key);
      if (resource === undefined) {
        known.delete(key.name);
        return {};
      }
      const before = known.get(key.name);
      const { state, generation, input, recheckAfterMs } = observer.observe(resource, before?.document);
      const after = before?.state === state ? before : { state, ...renderDocument(input()) };
      known.set(key.name, after);
      ports.fabric.setDocument({ ...after.document, generation });
      tellFaults(after.faults, told, ports);
      return { restMs: gatherMs, ...(recheckAfterMs !== undefined && { requeueAfterMs: recheckAfterMs }) };
    },
  };
}

/** Each fault once, until it changes; kept for so many processes at most. */
const maxTold = 10_000;

function tellFaults(faults: readonly FaultyProcess[], told: Map<string, string>, { events }: DocumentPorts): void {
  for (const { process, fault } of faults) {
    const uid = process.metadata.uid ?? "";
    if (told.get(uid) === fault.message) continue;
    if (told.size >= maxTold) told.clear();
    told.set(uid, fault.message);
    events.record(process, "Warning", fault.reason, fault.message);
  }
}
