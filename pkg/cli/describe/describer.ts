import type { Event, KindInfo, KubeObject } from "../../api/index.ts";
import type { Section } from "./section.ts";

/** What is read beside an object to describe it. */
export interface Surroundings {
  /** By kind, only what belongs to the object. */
  readonly related: readonly KubeObject[];
  /** Of the object, and of what belongs to it. */
  readonly events: readonly Event[];
}

/** What is known of a kind. Sections are pure: everything comes as data. */
export interface Describer {
  /** What to list, and how much of it belongs to the object. */
  readonly related: (object: KubeObject) => readonly RelatedQuery[];
  /** Between the header and the conditions. */
  readonly summary: (object: KubeObject, surroundings: Surroundings, now: number) => readonly Section[];
  /** Between the conditions and the events. */
  readonly detail: (object: KubeObject, surroundings: Surroundings, now: number) => readonly Section[];
}

export interface RelatedQuery {
  readonly kind: KindInfo;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Applied to what the server answers. */
  readonly belongs?: (object: KubeObject) => boolean;
}

/** The related objects of one kind; trusted to be of its type because the server said so. */
export function ofKind<T extends KubeObject>(objects: readonly KubeObject[], kind: KindInfo<T>): readonly T[] {
  return objects.filter((object): object is T => object.kind === kind.kind);
}

/** An object of this kind, as the server has validated it. */
export function as<T extends KubeObject>(object: KubeObject, _kind: KindInfo<T>): T {
  return object as T;
}
