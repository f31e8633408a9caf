import type { KubeObject, ObjectKey } from "../api/index.ts";

/**
 * What an informer knows of one kind, read synchronously. Objects are frozen; never older than one it gave before. A list
 * is the very same array as before for as long as nothing in it has changed.
 */
export interface Cache<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  byUid(uid: string): T | undefined;
  /** All, or all of a namespace, in key order. */
  list(namespace?: string): readonly T[];
  /** The very same object as before for as long as nothing in the list has changed; costs less than the list. */
  version(namespace?: string): object;
  /** Objects controlled by the owner with this uid. */
  ownedBy(uid: string): readonly T[];
  /**
   * Looks objects up by what `terms` makes of each; kept up to date from now on, at the cost of one look at each change.
   * There is one for each function `terms`: it is to be the same one at each question.
   */
  index(terms: (object: T) => readonly string[]): (term: string) => readonly T[];
  /** Objects with this label value. */
  withLabel(label: string, value: string, namespace?: string): readonly T[];
  /** As `version`, of the objects with this label value in all namespaces. */
  versionWithLabel(label: string, value: string): object;
}
