import { kinds, type ResourcePool } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { type Clock, sleep } from "../clock/index.ts";
import { isReason } from "../status/index.ts";

export type JoinTokens = NonNullable<NonNullable<ResourcePool["status"]>["joinTokens"]>;

interface Ports {
  readonly api: Pick<ApiClient, "get" | "update">;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const writeTries = 10;
const firstPauseMs = 10;

/**
 * Changes the tokens of a pool as they are stored, whoever else writes meanwhile. What is read is what is on the disk, and a
 * write is decided against what is on its way there: until another's write has arrived all tries fail, so each waits twice
 * as long as the last, five seconds in all. Throws what `change` throws, and StatusError Conflict.
 */
export async function changeTokens(
  name: string,
  change: (tokens: JoinTokens) => JoinTokens,
  { api, clock, signal }: Ports,
): Promise<void> {
  const options = { subresource: "status" as const, ...(signal !== undefined && { signal }) };
  for (let tries = 1; ; tries++) {
    const pool = await api.get<ResourcePool>(kinds.ResourcePool, { namespace: "", name });
    const joinTokens = change(pool.status?.joinTokens ?? []);
    const changed: ResourcePool = { ...pool, status: { ...pool.status, joinTokens } };
    try {
      await api.update(kinds.ResourcePool, changed, options);
      return;
    } catch (error) {
      if (!isReason(error, "Conflict") || tries === writeTries) throw error;
    }
    await sleep(clock, firstPauseMs * 2 ** (tries - 1), signal);
  }
}
