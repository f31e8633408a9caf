import type { KubeObject } from "../api/index.ts";
import { type ApiClient, eachLimited } from "../client/portable.ts";
import { isReason, StatusError } from "../status/index.ts";
import { faultsOf } from "./faults.ts";
import type { LocatedManifest, ManifestFault } from "./manifest.ts";

/** A manifest that the server would take. */
export interface CheckedManifest {
  readonly manifest: LocatedManifest;
  /** What is there now. */
  readonly live: KubeObject | undefined;
  /** What would be there after it. */
  readonly preview: KubeObject;
}

export interface CheckedSet {
  readonly checked: readonly CheckedManifest[];
  readonly faults: readonly ManifestFault[];
}

export interface CheckOptions {
  readonly fieldManager: string;
  /** As if fields of others were taken over. */
  readonly force: boolean;
  readonly onWarning?: (text: string) => void;
  /** Words a refusal; default: `faultsOf`. */
  readonly wordFaults?: (manifest: LocatedManifest, error: StatusError) => Promise<readonly ManifestFault[]>;
  /** With it manifests whose namespace comes with the set are looked at in another one; default: as all others. */
  readonly elsewhere?: ApiClient;
  readonly signal?: AbortSignal;
}

const maxAtOnce = 8;

/**
 * Dry-runs every manifest; namespaces that the set itself makes count as there. Rejects where the server cannot be asked;
 * what it refuses is a fault.
 */
export async function checkSet(
  client: ApiClient,
  manifests: readonly LocatedManifest[],
  options: CheckOptions,
): Promise<CheckedSet> {
  const madeNamespaces = new Set(manifests.filter(({ kind }) => kind.kind === "Namespace").map(({ name }) => name));
  const checker = new Checker(client, options, madeNamespaces);
  const results = await eachLimited(manifests, maxAtOnce, (manifest) => checker.check(manifest));
  return {
    checked: results.flatMap((result) => ("preview" in result ? [result] : [])),
    faults: results.flatMap((result) => ("preview" in result ? [] : result.faults)),
  };
}

class Checker {
  readonly #client: ApiClient;
  readonly #options: CheckOptions;
  readonly #madeNamespaces: ReadonlySet<string>;

  constructor(client: ApiClient, options: CheckOptions, madeNamespaces: ReadonlySet<string>) {
    this.#client = client;
    this.#options = options;
    this.#madeNamespaces = madeNamespaces;
  }

  async check(manifest: LocatedManifest): Promise<CheckedManifest | { readonly faults: readonly ManifestFault[] }> {
    this.#options.signal?.throwIfAborted();
    try {
      const live = await this.#live(manifest);
      return { manifest, live, preview: await this.#preview(manifest) };
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason === "Unreachable" || error.reason === "Unauthorized")
        throw error;
      return { faults: (await this.#options.wordFaults?.(manifest, error)) ?? faultsOf(manifest, error) };
    }
  }

  async #live({ kind, namespace, name }: LocatedManifest): Promise<KubeObject | undefined> {
    try {
      return await this.#client.get(kind, { namespace, name });
    } catch (error) {
      if (isReason(error, "NotFound")) return undefined;
      throw error;
    }
  }

  async #preview({ kind, namespace, name, object }: LocatedManifest): Promise<KubeObject> {
    const { fieldManager, force, onWarning } = this.#options;
    const options = {
      ...applyOptions(fieldManager, force),
      dryRun: true,
      ...(onWarning !== undefined && { onWarning }),
    };
    try {
      return await this.#client.patch(kind, { namespace, name }, { type: "apply", body: object }, options);
    } catch (error) {
      if (!this.#madeNamespaces.has(namespace) || !isReason(error, "NotFound")) throw error;
    }
    // Its namespace comes with the set: looked at in another one, where it must only not exist by chance.
    const elsewhere = { ...object, metadata: { ...object.metadata, namespace: "default" } };
    const { force: _, ...createOptions } = options;
    try {
      return await (this.#options.elsewhere ?? this.#client).create(kind, elsewhere, createOptions);
    } catch (error) {
      if (isReason(error, "AlreadyExists")) return object;
      throw error;
    }
  }
}

/** Options of every write that applies a manifest. */
export function applyOptions(fieldManager: string, force: boolean) {
  return { fieldManager, force, fieldValidation: "Strict" as const };
}
