import type { UsageReport } from "../../protocol/index.ts";

/** What machines use, and the processes on them, by the names of the machines; those that do not answer are left out. */
export type ReadUsage = (machines: readonly string[]) => Promise<ReadonlyMap<string, UsageReport>>;
