import { isDeleting, kinds, type Phase, type WorkChunk } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { resolveEnvironment } from "../../values/index.ts";

/** What is known of a phase's items. */
export interface WorkView {
  readonly chunks: readonly WorkChunk[];
  /** What the items are to be made from, or are to be given, and is not there. */
  readonly missing?: string;
}

/** Undefined where the phase has no work. */
export function workView(phase: Phase, { cache }: Pick<ControllerPorts, "cache">): WorkView | undefined {
  const { work } = phase.spec;
  if (work === undefined) return undefined;
  const { namespace = "", uid = "" } = phase.metadata;
  const chunks = cache(kinds.WorkChunk)
    .ownedBy(uid)
    .filter((chunk) => !isDeleting(chunk));
  const configMap = (name: string) => cache(kinds.ConfigMap).get({ namespace, name });
  const secret = (name: string) => cache(kinds.Secret).get({ namespace, name });
  const missing = [
    ...missingSource(work, (name) => configMap(name)?.data),
    ...resolveEnvironment({ env: work.env, envFrom: [] }, { configMap, secret }).missing,
  ];
  return { chunks, ...(missing.length > 0 && { missing: missing.join(", ") }) };
}

function missingSource(
  { lines }: NonNullable<Phase["spec"]["work"]>,
  dataOf: (name: string) => Readonly<Record<string, string>> | undefined,
): readonly string[] {
  const reference = lines?.configMapKeyRef;
  if (reference === undefined || reference.optional) return [];
  const data = dataOf(reference.name);
  if (data === undefined) return [`ConfigMap ${reference.name}`];
  return Object.hasOwn(data, reference.key) ? [] : [`key ${reference.key} of ConfigMap ${reference.name}`];
}
