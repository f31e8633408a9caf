import type { WorkTemplate } from "../api/index.ts";
import type { RevisedTemplate } from "./revisions.ts";

/**
 * Work as revisions see it: what is run, and on what. How many items run at a time, may fail or are fetched may change
 * while it goes on.
 */
export function revisedWork(work: WorkTemplate | undefined): readonly RevisedTemplate[] {
  if (work === undefined) return [];
  const { component, command, args, env, items, count, lines, files } = work;
  const run = { command, args, env, items, count, lines, itemFiles: files };
  return [{ name: "work", ...(component !== undefined && { component }), ...run }];
}
