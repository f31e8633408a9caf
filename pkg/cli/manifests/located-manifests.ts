import { apiVersionOf, type KindInfo, type KubeObject, kindByName } from "../../api/index.ts";
import {
  faultText,
  type LocatedManifest,
  type Manifest,
  type ManifestFault,
  type ManifestText,
  parseManifests,
  placeManifest,
} from "../../manifests/index.ts";
import type { Invocation } from "../command.ts";
import { Failed } from "../usage-error.ts";
import { readSources } from "./manifest-sources.ts";

/**
 * Reads and places what -f names, and what -k makes; prints all faults and throws Failed where there are any. Objects
 * that the server is to name have the name "".
 */
export async function loadManifests(
  call: Invocation,
  files: readonly string[],
  options: { readonly mayBeUnnamed?: boolean } = {},
): Promise<readonly LocatedManifest[]> {
  const { manifests, faults } = parseManifests(await sourcesOf(call, files), options);
  const located: LocatedManifest[] = [];
  const all: ManifestFault[] = [...faults];
  const kinds = new KindFinder(call);
  for (const manifest of manifests) {
    const kind = await kinds.find(manifest.object);
    const fault = kind === undefined ? unknownKind(manifest) : await misplaced(call, kind, manifest);
    if (kind === undefined || fault !== undefined) all.push(...(fault === undefined ? [] : [fault]));
    else located.push(await place(call, kind, manifest));
  }
  failOnFaults(call, all);
  return located;
}

async function sourcesOf(call: Invocation, files: readonly string[]): Promise<readonly ManifestText[]> {
  const recursive = call.args.on("recursive");
  const sources = await readSources(files, { recursive, stdin: () => call.terminal.stdio.stdin });
  const folder = call.args.text("kustomize");
  if (folder === undefined) return sources;
  const { buildKustomization } = await import("./kustomization.ts");
  return [...sources, await buildKustomization(folder)];
}

/** Every fault is one line; nothing goes on after any. */
export function failOnFaults(call: Invocation, faults: readonly ManifestFault[]): void {
  for (const fault of faults) call.terminal.error(faultText(fault));
  if (faults.length > 0) throw new Failed();
}

class KindFinder {
  readonly #call: Invocation;
  #discovered: Promise<readonly KindInfo[]> | undefined;

  constructor(call: Invocation) {
    this.#call = call;
  }

  async find({ apiVersion, kind }: KubeObject): Promise<KindInfo | undefined> {
    const known = kindByName(apiVersion, kind);
    if (known !== undefined) return known;
    this.#discovered ??= this.#discover();
    return (await this.#discovered).find(
      (candidate) => candidate.kind === kind && apiVersionOf(candidate) === apiVersion,
    );
  }

  async #discover(): Promise<readonly KindInfo[]> {
    const { discoverKinds } = await import("../discovery.ts");
    return discoverKinds((await this.#call.session.client()).transport);
  }
}

function unknownKind(manifest: Manifest): ManifestFault {
  const { apiVersion, kind } = manifest.object;
  const message = `kind: the server has no ${JSON.stringify(kind)} in ${JSON.stringify(apiVersion)}`;
  return { file: manifest.file, line: manifest.lineOf("kind"), message };
}

/** A namespace in the manifest must not differ from one on the command line. */
async function misplaced(call: Invocation, kind: KindInfo, manifest: Manifest): Promise<ManifestFault | undefined> {
  const wanted = call.args.text("namespace");
  const own = manifest.object.metadata.namespace;
  if (!kind.namespaced || wanted === undefined || own === undefined || own === wanted) return undefined;
  const message = `metadata.namespace: ${JSON.stringify(own)} is not the --namespace of the command line, ${JSON.stringify(wanted)}`;
  return { file: manifest.file, line: manifest.lineOf("metadata.namespace"), message };
}

async function place(call: Invocation, kind: KindInfo, manifest: Manifest): Promise<LocatedManifest> {
  const isNamed = !kind.namespaced || manifest.object.metadata.namespace !== undefined;
  return placeManifest(manifest, kind, isNamed ? "" : await call.session.namespace());
}
