import type { KubeObject, Manifests } from "../api/index.ts";

/**
 * What a writer gives of an object: what has a default may be left out, and so may what the client knows from the kind.
 */
export type Manifest<T extends KubeObject> = T extends { readonly kind: infer K extends keyof Manifests }
  ? Envelope<Manifests[K]>
  : Envelope<T>;

type Envelope<M extends KubeObject> = Omit<M, "apiVersion" | "kind" | "status"> & {
  readonly apiVersion?: string;
  readonly kind?: string;
  /** Written through the status subresource alone. */
  readonly status?: unknown;
};
