import type { Fabric } from "../../fabric/index.ts";

/** Why nothing can be asked of a machine now, in words; undefined where it is connected. */
export function whyAway(fabric: Pick<Fabric, "observe">, resourceUid: string): string | undefined {
  const seen = fabric.observe(resourceUid);
  if (seen.state === "connected") return undefined;
  if (seen.state === "lost") return `not connected: ${seen.evidence}`;
  return `not connected: ${seen.failure?.message ?? seen.evidence ?? seen.step}`;
}
