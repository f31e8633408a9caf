import {
  type GitSync,
  type GitSyncValues,
  type GitSyncVerify,
  isDeleting,
  type KindInfo,
  type KubeObject,
  kinds,
  type ServiceAccount,
} from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { type Credentials, secretCredentials } from "../../git/index.ts";
import type { Value, Values } from "../../manifests/index.ts";

/** What a sync refers to, as it is now. */
export interface References {
  readonly account: ServiceAccount | undefined;
  readonly credentials: Credentials;
  /** Undefined: nothing is replaced. */
  readonly values: Values | undefined;
  /** Texts of public keys; undefined: signatures are not asked for. */
  readonly keys: readonly string[] | undefined;
  /** What is not there, in words. */
  readonly missing: string | undefined;
  /** Changes with the spec and with any of these. */
  readonly stamp: string;
}

/** Reads all that a sync refers to. */
export function readReferences(sync: GitSync, { cache }: Pick<ControllerPorts, "cache">): References {
  const reader = new ReferenceReader(sync, cache);
  const account = reader.account();
  const credentials = reader.credentials();
  const values = sync.spec.substitute && reader.values(sync.spec.substitute);
  const keys = sync.spec.verify && reader.keys(sync.spec.verify);
  const { missing, stamp } = reader;
  return { account, credentials, values, keys, missing, stamp };
}

class ReferenceReader {
  readonly #sync: GitSync;
  readonly #cache: ControllerPorts["cache"];
  readonly #versions: string[] = [];
  readonly #missing: string[] = [];

  constructor(sync: GitSync, cache: ControllerPorts["cache"]) {
    this.#sync = sync;
    this.#cache = cache;
  }

  get missing(): string | undefined {
    return this.#missing.length === 0 ? undefined : this.#missing.join("; ");
  }

  get stamp(): string {
    const { uid, generation } = this.#sync.metadata;
    return JSON.stringify([uid, generation, ...this.#versions]);
  }

  account(): ServiceAccount | undefined {
    const name = this.#sync.spec.serviceAccountName;
    const key = { namespace: this.#sync.metadata.namespace ?? "", name };
    const found = this.#cache(kinds.ServiceAccount).get(key);
    if (found !== undefined && !isDeleting(found)) {
      this.#versions.push(found.metadata.uid ?? "");
      return found;
    }
    this.#missing.push(`ServiceAccount ${name} is not there`);
    return undefined;
  }

  credentials(): Credentials {
    const { secretRef, url } = this.#sync.spec;
    if (secretRef === undefined) return { found: { kind: "none" } };
    const found = secretCredentials(secretRef.name, this.#read(kinds.Secret, secretRef.name), url);
    if ("missing" in found) this.#missing.push(found.missing);
    return found;
  }

  /** Of a name that stands in several the last counts. */
  values(sources: readonly GitSyncValues[]): Values {
    const values = new Map<string, Value>();
    for (const source of sources) {
      for (const [name, text] of this.#texts(source, source.optional) ?? [])
        values.set(name, { text, isSecret: source.secretRef !== undefined });
    }
    return values;
  }

  keys(source: GitSyncVerify): readonly string[] {
    return (this.#texts(source, false) ?? []).map(([, text]) => text);
  }

  #texts(
    { secretRef, configMapRef }: Pick<GitSyncVerify, "secretRef" | "configMapRef">,
    isOptional: boolean,
  ): readonly (readonly [string, string])[] | undefined {
    if (secretRef !== undefined) {
      const secret = this.#read(kinds.Secret, secretRef.name);
      if (secret === undefined && !isOptional) this.#missing.push(`Secret ${secretRef.name} is not there`);
      return secret && Object.entries(secret.data ?? {}).map(([name, data]) => [name, decoded(data)]);
    }
    const configMap = configMapRef && this.#read(kinds.ConfigMap, configMapRef.name);
    if (configMap === undefined && !isOptional) this.#missing.push(`ConfigMap ${configMapRef?.name} is not there`);
    return configMap && Object.entries(configMap.data ?? {});
  }

  #read<T extends KubeObject>(kind: KindInfo<T>, name: string): T | undefined {
    const found = this.#cache(kind).get({ namespace: this.#sync.metadata.namespace ?? "", name });
    this.#versions.push(found === undefined ? "" : `${found.metadata.uid} ${found.metadata.resourceVersion}`);
    return found;
  }
}

function decoded(data: string): string {
  return Buffer.from(data, "base64").toString("utf8");
}

/** Names of objects of a kind that a sync refers to. */
export function namesOf({ spec }: GitSync, kind: "Secret" | "ConfigMap"): readonly string[] {
  const values = spec.substitute ?? [];
  const references: readonly ({ readonly name: string } | undefined)[] =
    kind === "Secret"
      ? [spec.secretRef, spec.verify?.secretRef, ...values.map(({ secretRef }) => secretRef)]
      : [spec.verify?.configMapRef, ...values.map(({ configMapRef }) => configMapRef)];
  return references.flatMap((reference) => reference?.name ?? []);
}
