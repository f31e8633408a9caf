import { quotaCause, quotaRefusal } from "../quota/index.ts";
import type { Backend } from "./backend.ts";
import { forbidden } from "./errors.ts";
import { type Counted, changeOf } from "./quota-book.ts";

/**
 * Throws Forbidden where a write is more than the quotas of its namespace allow. To be called in the turn in which the write
 * is decided: nothing can come between the count and the commit.
 */
export function checkQuota({ quotas }: Backend, writes: readonly Counted[]): void {
  for (const write of writes) {
    const { kind, key } = write;
    const change = changeOf(write);
    // What goes away adds nothing.
    if (change?.after === undefined) continue;
    const limits = quotas.quotasOf(key.namespace);
    if (limits.length === 0) continue;
    const refusal = quotaRefusal(limits, quotas.usageOf(key.namespace), change);
    if (refusal !== undefined) throw forbidden(kind, key.name, refusal, [quotaCause(refusal)]);
  }
}
