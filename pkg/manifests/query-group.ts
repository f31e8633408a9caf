import { fields } from "../merge/index.ts";

/** The group of a ResourceQuery that asks for what a component of a manifest wants. */
export function queryGroup(component: unknown): object {
  const { name, replicas, resources } = fields(component);
  return { name, ...(replicas !== undefined && { count: replicas }), ...(resources !== undefined && { resources }) };
}
