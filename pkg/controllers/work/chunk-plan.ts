import { childName, controllerRef, kinds, labels, type Phase, type WorkChunk } from "../../api/index.ts";

/** What a round's items are made of: their texts, or only how many where the text is the number. */
export type Items =
  | { readonly texts: readonly string[] }
  | { readonly count: number }
  /** There are none, and why. */
  | { readonly fault: string };

/** A chunk is written whole with each batch, so it is not large; few chunks are written at a time, as items go in order. */
const itemsInChunk = 500;
const bytesInChunk = 256 * 1024;

/** The chunks of a round, all of them. */
export function chunksOf(phase: Phase, round: number, items: Items): readonly WorkChunk[] {
  if ("fault" in items) return [chunk(phase, { round, first: 0, count: 0, total: 0, fault: items.fault }, 0)];
  if ("count" in items) {
    const total = items.count;
    return Array.from({ length: Math.ceil(total / itemsInChunk) }, (_, at) => {
      const first = at * itemsInChunk;
      return chunk(phase, { round, first, count: Math.min(itemsInChunk, total - first), total }, at);
    });
  }
  const total = items.texts.length;
  let first = 0;
  return groupsOf(items.texts).map((texts, at) => {
    const made = chunk(phase, { round, first, count: texts.length, total, texts }, at);
    first += texts.length;
    return made;
  });
}

function groupsOf(texts: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let bytes = 0;
  for (const text of texts) {
    const last = groups.at(-1);
    if (last === undefined || last.length >= itemsInChunk || bytes + text.length > bytesInChunk) {
      groups.push([text]);
      bytes = text.length;
    } else {
      last.push(text);
      bytes += text.length;
    }
  }
  return groups;
}

type Range = Pick<WorkChunk["spec"], "round" | "first" | "count" | "total" | "texts" | "fault">;

function chunk(phase: Phase, range: Range, at: number): WorkChunk {
  const { name = "", namespace = "", uid = "" } = phase.metadata;
  const { applicationName, work, components } = phase.spec;
  const component = work?.component ?? components[0];
  return {
    apiVersion: "plush.dev/v1",
    kind: "WorkChunk",
    metadata: {
      name: childName(name, "items", range.round, at),
      namespace,
      labels: {
        ...(applicationName !== undefined && { [labels.application]: applicationName }),
        [labels.phase]: phase.spec.phase,
      },
      ownerReferences: [controllerRef(phase, kinds.Phase)],
    },
    spec: { phaseName: name, phaseUid: uid, ...(component !== undefined && { component }), ...range },
  };
}
