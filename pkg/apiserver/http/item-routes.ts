import {
  kinds,
  type ObjectKey,
  type Phase,
  type ProcessResult,
  type WorkChunk,
  type WorkItem,
} from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";
import { listObjects } from "../list.ts";
import { getObject } from "../objects.ts";
import { makeSelection } from "../selection.ts";
import { sendJson } from "./exchange.ts";
import { methodNotAllowed, type ObjectRequest, type ResourceRoutesOptions } from "./object-request.ts";

/** An item as users see it. */
interface ShownItem extends Omit<WorkItem, "leases"> {
  readonly text: string;
  /** Ordinals of the members that have it. */
  readonly members: readonly number[];
}

const defaultLimit = 500;
const states: readonly string[] = ["Waiting", "Running", "Done", "Failed"];

/**
 * GET …/phases/NAME/items: the items of the phase's present round, in their order, in pages: ?limit=, ?continue=,
 * ?state=Failed. With ?index=N&result=NAME: what was fetched of one item, its bytes.
 */
export async function handleItems(options: ResourceRoutesOptions, request: ObjectRequest, key: ObjectKey) {
  if (request.attributes.verb !== "get") throw methodNotAllowed();
  const { query } = request.info;
  const phase = getObject(options.backend, kinds.Phase, key) as unknown as Phase;
  const { chunks, revision } = chunksOf(options, phase);
  const index = query.number("index");
  if (index !== undefined) return sendResult(options, request, itemAt(chunks, index), query.get("result") ?? "log");
  const state = query.get("state");
  if (state !== undefined && !states.includes(state))
    throw badRequest(`state: Unsupported value: ${JSON.stringify(state)}: supported values: ${states.join(", ")}`);
  const from = readContinue(query.get("continue"), phase);
  const limit = query.number("limit") ?? defaultLimit;
  const { items, next } = pageOf(chunks, { from, state, limit: limit > 0 ? limit : Number.POSITIVE_INFINITY });
  const metadata = {
    resourceVersion: String(revision),
    ...(next !== undefined && { continue: writeContinue(next, phase) }),
  };
  return sendJson(request, 200, JSON.stringify({ kind: "ItemList", apiVersion: "plush.dev/v1", metadata, items }));
}

function chunksOf({ backend }: ResourceRoutesOptions, { metadata, status }: Phase) {
  const selection = makeSelection(kinds.WorkChunk, {
    namespace: metadata.namespace,
    fieldSelector: `spec.phaseName=${metadata.name}`,
  });
  const { items, revision } = listObjects(backend, selection, {});
  const chunks = items
    .map(({ object }) => object as unknown as WorkChunk)
    .filter(({ spec }) => spec.phaseUid === metadata.uid && spec.round === (status?.round ?? 0))
    .sort((left, right) => left.spec.first - right.spec.first);
  return { chunks, revision };
}

interface Asked {
  readonly from: number;
  readonly state: string | undefined;
  readonly limit: number;
}

function pageOf(chunks: readonly WorkChunk[], { from, state, limit }: Asked) {
  const items: ShownItem[] = [];
  for (const chunk of chunks) {
    const { first, count } = chunk.spec;
    if (first + count <= from) continue;
    const known = new Map((chunk.status?.items ?? []).map((item) => [item.index, item]));
    for (let index = Math.max(first, from); index < first + count; index++) {
      const item = shown(chunk, index, known.get(index));
      if (state !== undefined && item.state !== state) continue;
      if (items.length >= limit) return { items, next: index };
      items.push(item);
    }
  }
  return { items };
}

function shown({ spec }: WorkChunk, index: number, item: WorkItem | undefined): ShownItem {
  const { leases, ...known } = item ?? { index, state: "Waiting", attempts: 0, failures: 0, leases: [] };
  const members = leases.flatMap(({ ordinal, cancelled }) => (cancelled ? [] : [ordinal]));
  return { ...known, text: spec.texts?.[index - spec.first] ?? String(index), members };
}

function itemAt(chunks: readonly WorkChunk[], index: number): WorkItem {
  const chunk = chunks.find(({ spec }) => index >= spec.first && index < spec.first + spec.count);
  const item = chunk?.status?.items?.find((one) => one.index === index);
  if (item === undefined) throw new StatusError("NotFound", `of item ${index} nothing is known`);
  return item;
}

async function sendResult(
  { openBlob }: ResourceRoutesOptions,
  { reply }: ObjectRequest,
  { index, results = [] }: WorkItem,
  name: string,
) {
  const found: ProcessResult | undefined = results.find((result) => result.name === name);
  const bytes = found === undefined ? undefined : await openBlob?.(found.digest);
  if (bytes === undefined) throw new StatusError("NotFound", `of item ${index} no ${name} is kept`);
  return reply.header("content-type", "application/octet-stream").header("cache-control", "no-cache").send(bytes);
}

/** Of another round nothing goes on. */
function writeContinue(next: number, { status }: Phase): string {
  return `${status?.round ?? 0}.${next}`;
}

function readContinue(token: string | undefined, { status }: Phase): number {
  if (token === undefined || token === "") return 0;
  const [round, index] = token.split(".").map(Number);
  if (index === undefined || !Number.isSafeInteger(index)) throw badRequest("continue key is not valid");
  if (round !== (status?.round ?? 0)) throw new StatusError("Expired", "the phase has begun another round since");
  return index;
}
