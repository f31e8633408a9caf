import { type KindInfo, kinds } from "../../api/index.ts";

/** Subresources that are streams. */
export type StreamKind = "log" | "exec" | "attach" | "portforward";

const ofProcess: readonly StreamKind[] = ["log", "exec", "attach", "portforward"];
const ofPlace: readonly StreamKind[] = ["exec", "portforward"];

const byKind: ReadonlyMap<KindInfo, readonly StreamKind[]> = new Map<KindInfo, readonly StreamKind[]>([
  [kinds.Process, ofProcess],
  [kinds.Pod, ofProcess],
  [kinds.Claim, ofPlace],
  [kinds.Resource, ofPlace],
]);

/** Which streams objects of a kind have. */
export function streamsOf(kind: KindInfo): readonly StreamKind[] {
  return byKind.get(kind) ?? [];
}

/** Undefined where a subresource is no stream of the kind. */
export function streamKindOf(kind: KindInfo, subresource: string | undefined): StreamKind | undefined {
  return streamsOf(kind).find((name) => name === subresource);
}
