import type { KindInfo, KubeObject } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import type { Invocation } from "./command.ts";
import { resolveKinds } from "./kind-names.ts";
import { namesFiles } from "./manifests/file-flags.ts";
import { UsageError } from "./usage-error.ts";

/** What a command line points at: all objects of a kind, or the named ones. */
export interface Target {
  readonly kind: KindInfo;
  /** Empty: all that the selector takes. */
  readonly names: readonly string[];
}

/** KIND[,KIND] [NAME ...], or KIND/NAME ... */
export async function parseTargets(call: Invocation, words: readonly string[]): Promise<readonly Target[]> {
  const transport = async () => (await call.session.client()).transport;
  const [first = "", ...names] = words;
  if (words.some((word) => word.includes("/"))) {
    const targets: Target[] = [];
    for (const word of words) {
      const [kindWord = "", name = "", ...more] = word.split("/");
      if (kindWord === "" || name === "" || more.length > 0) {
        throw new UsageError(`"${word}": KIND/NAME cannot be mixed with KIND NAME`);
      }
      for (const kind of await resolveKinds(kindWord, transport)) targets.push({ kind, names: [name] });
    }
    return mergeTargets(targets);
  }
  if (first === "") throw new UsageError("which kind? For example: applications, resources, processes");
  const kinds: KindInfo[] = [];
  for (const word of first.split(",")) kinds.push(...(await resolveKinds(word, transport)));
  return kinds.map((kind) => ({ kind, names }));
}

/** Neighbours of one kind become one target, so that they are printed as one table. */
function mergeTargets(targets: readonly Target[]): readonly Target[] {
  const merged: Target[] = [];
  for (const target of targets) {
    const last = merged.at(-1);
    if (last?.kind === target.kind) merged[merged.length - 1] = { ...last, names: [...last.names, ...target.names] };
    else merged.push(target);
  }
  return merged;
}

/** One object's place on the server. */
export interface Located {
  readonly kind: KindInfo;
  readonly namespace: string;
  readonly name: string;
}

/** The objects that the words and -l, --all, -A, or -f and -k, choose. A command that changes things asks for one of them to be given. */
export async function selectObjects(call: Invocation, words: readonly string[]): Promise<readonly Located[]> {
  if (namesFiles(call)) return namedByFiles(call, words);
  const targets = await parseTargets(call, words);
  const selector = call.args.text("selector");
  const found: Located[] = [];
  for (const { kind, names } of targets) {
    const namespace = kind.namespaced ? await call.session.namespace() : "";
    if (names.length > 0 && selector !== undefined)
      throw new UsageError("names and a selector cannot be given together");
    found.push(...names.map((name) => ({ kind, namespace, name })));
    if (names.length > 0) continue;
    if (selector === undefined && !call.args.on("all")) {
      throw new UsageError("name the objects, or choose them with --selector or --all");
    }
    found.push(...(await listLocated(call, kind, call.args.on("all-namespaces") ? "" : namespace, selector)));
  }
  return found;
}

async function namedByFiles(call: Invocation, words: readonly string[]): Promise<readonly Located[]> {
  if (words.length > 0) throw new UsageError("names, and -f or -k, cannot be given together");
  const { loadManifests } = await import("./manifests/located-manifests.ts");
  return loadManifests(call, call.args.texts("filename"));
}

async function listLocated(
  call: Invocation,
  kind: KindInfo,
  namespace: string,
  labelSelector: string | undefined,
): Promise<Located[]> {
  const { listAll } = await import("../client/index.ts");
  const fieldSelector = call.args.has("field-selector") ? call.args.text("field-selector") : undefined;
  const { items } = await listAll<KubeObject>(await call.session.client(), kind, {
    ...(namespace !== "" && { namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  });
  return items.map(({ metadata }) => ({ kind, namespace: metadata.namespace ?? "", name: metadata.name ?? "" }));
}

/** Exactly one object: KIND/NAME or KIND NAME. */
export async function oneTarget(call: Invocation, words: readonly string[]): Promise<Located> {
  const located = await selectObjects(call, words);
  const [first, ...more] = located;
  if (first === undefined || more.length > 0) throw new UsageError("exactly one object is needed, as KIND/NAME");
  return first;
}

/** For messages about an object that is not there. */
export function notFound(kind: KindInfo, name: string): StatusError {
  const resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
  return new StatusError("NotFound", `${resource} "${name}" not found`);
}
