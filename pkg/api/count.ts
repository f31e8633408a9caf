/**
 * A count, or a percentage of `total`, as a number. Percentages are rounded up where more is safer (minimums), down
 * where less is (what may be unavailable). Throws on what is neither; validated fields never are.
 */
export function resolveCount(count: number | string, total: number, round: "up" | "down"): number {
  if (typeof count === "number") return count;
  const percent = /^(\d+)%$/.exec(count)?.[1];
  if (percent === undefined) throw new Error(`neither count nor percentage: ${JSON.stringify(count)}`);
  const share = (Number(percent) * total) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}

/** minReady of a component as a number: all by default, never more than all. */
export function minimumReady(component: { readonly minReady?: number | string; readonly replicas: number }): number {
  const { minReady, replicas } = component;
  return minReady === undefined ? replicas : Math.min(replicas, resolveCount(minReady, replicas, "up"));
}
