import { kinds } from "../../api/index.ts";
import type { Controller, ReconcileResult } from "../../controller/index.ts";
import { observe } from "./observe.ts";
import { PeerBook } from "./peer-book.ts";
import { type FaultyProcess, renderDocument } from "./plan.ts";
import type { DocumentPorts } from "./ports.ts";
import { documentSources } from "./sources.ts";

/** Renders each machine's document and hands it to the fabric, which sends it where its content has changed. */
export function makeDocumentController(ports: DocumentPorts): Controller {
  const resources = ports.cache(kinds.Resource);
  const book = new PeerBook();
  const told = new Map<string, string>();
  return {
    name: "document",
    kind: kinds.Resource,
    watches: documentSources(ports),
    async reconcile(key): Promise<ReconcileResult> {
      const resource = resources.get(key);
      if (resource === undefined) return {};
      const { input, recheckAfterMs } = observe(resource, book, ports);
      const { document, faults } = renderDocument(input);
      ports.fabric.setDocument(document);
      tellFaults(faults, told, ports);
      return recheckAfterMs === undefined ? {} : { requeueAfterMs: recheckAfterMs };
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
