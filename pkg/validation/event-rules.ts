import { type Event, invalidValue } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";

/** Where Events about objects without a namespace are. */
const clusterNamespaces: readonly string[] = ["default", "kube-system"];

/** An Event lies beside the object that it is about. */
export function eventRules({ metadata, involvedObject }: Event): StatusCause[] {
  const own = metadata.namespace ?? "";
  const about = involvedObject.namespace ?? "";
  if (about === "" ? clusterNamespaces.includes(own) : about === own) return [];
  return [invalidValue("involvedObject.namespace", about, "does not match event.namespace")];
}
