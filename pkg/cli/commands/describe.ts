import { type Event, type KindInfo, type KubeObject, kinds } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { conditionSection, eventSection, headerSections } from "../describe/common-sections.ts";
import type { RelatedQuery } from "../describe/describer.ts";
import { describerOf } from "../describe/describers.ts";
import { renderSections } from "../describe/section.ts";
import { errorLines } from "../report-error.ts";
import { parseTargets, type Target } from "../targets.ts";
import { fetchObjects } from "./get-objects.ts";

export const describeCommand: Command = {
  usage: "describe KIND [NAME ...] | KIND/NAME ...",
  summary: "Tells all about objects: state, conditions, what belongs to them, what happened.",
  completes: "targets",
  flags: [
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "objects with these labels" },
    { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" },
    { name: "show-events", type: "switch", help: "with events (default true)" },
    { name: "filename", short: "f", type: "texts", value: "FILE", help: "the objects that a file or folder names" },
    { name: "recursive", short: "R", type: "switch", help: "with -f: folders in folders" },
  ],
  async run(call) {
    const targets = await targetsOf(call);
    const { found, errors } = await fetchObjects(call, targets);
    for (const [index, { kind, object }] of found.entries()) {
      if (index > 0) call.terminal.out("\n");
      call.terminal.print(await describeText(call, kind, object));
    }
    for (const line of errors.flatMap(errorLines)) call.terminal.error(line);
    return errors.length === 0 ? 0 : 1;
  },
};

async function targetsOf(call: Invocation): Promise<readonly Target[]> {
  const files = call.args.texts("filename");
  if (files.length === 0) return parseTargets(call, call.args.positional);
  return (await import("../manifests/file-targets.ts")).fileTargets(call, files);
}

async function describeText(call: Invocation, kind: KindInfo, object: KubeObject): Promise<string> {
  const describer = describerOf(kind);
  const queries = describer.related(object);
  const related = (await Promise.all(queries.map((query) => fetchRelated(call, object, query)))).flat();
  const events = call.args.on("show-events", true) ? await eventsOf(call, object, related) : [];
  const surroundings = { related, events };
  const now = call.clock.now();
  return renderSections([
    ...headerSections(kind, object, now),
    ...describer.summary(object, surroundings, now),
    conditionSection(object, now),
    ...describer.detail(object, surroundings, now),
    call.args.on("show-events", true) ? eventSection(events, now, related.length > 0) : undefined,
  ]);
}

async function fetchRelated(call: Invocation, object: KubeObject, query: RelatedQuery): Promise<readonly KubeObject[]> {
  const { kind, labelSelector, fieldSelector, belongs } = query;
  const { items } = await listAll(await call.session.client(), kind, {
    ...(kind.namespaced && object.metadata.namespace !== undefined && { namespace: object.metadata.namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  });
  return belongs === undefined ? items : items.filter(belongs);
}

/** Events of the object; with what belongs to it, theirs too: together they are the story. */
async function eventsOf(
  call: Invocation,
  object: KubeObject,
  related: readonly KubeObject[],
): Promise<readonly Event[]> {
  const uids = new Set([object, ...related].map(({ metadata }) => metadata.uid));
  const namespace = object.metadata.namespace ?? "default";
  const fieldSelector =
    related.length === 0 ? { fieldSelector: `involvedObject.uid=${object.metadata.uid ?? ""}` } : {};
  try {
    const { items } = await listAll(await call.session.client(), kinds.Event, { namespace, ...fieldSelector });
    return items.filter(({ involvedObject }) => uids.has(involvedObject.uid));
  } catch (error) {
    // Who may read the object may not be one who may read events.
    if (error instanceof StatusError && (error.reason === "Forbidden" || error.reason === "NotFound")) return [];
    throw error;
  }
}
