import { TreeStore } from "./ahead/tree-store.ts";
import { TreesAhead } from "./ahead/trees-ahead.ts";
import { BlobCache, type BlobCacheOptions } from "./blobs/blob-cache.ts";
import type { AgentContext } from "./context.ts";
import { unzstdProgram } from "./installer/zstd/unzstd-apart.ts";
import type { Limiter } from "./limiter.ts";

/** Packages that no claim waits for are kept up to so much, unpacked ones included, so that they need not be sent again. */
const defaultQuotaBytes = 10 * 2 ** 30;

export interface StockOptions
  extends Pick<BlobCacheOptions, "pinned" | "onChange" | "boot">,
    Pick<AgentContext, "layout" | "ports" | "tasks"> {
  readonly installing: Limiter;
  readonly quotaBytes?: number;
}

/** Packages that a machine has: as they came, and unpacked ahead of need. They share their room. */
export function makeStock(options: StockOptions): Pick<AgentContext, "blobs" | "ahead"> {
  const { boot, pinned, onChange, layout, ports, installing, quotaBytes = defaultQuotaBytes } = options;
  const besides = { bytes: () => ahead.bytes, clear: () => ahead.clear() };
  const blobs = new BlobCache({ directory: layout.blobs, boot, quotaBytes, pinned, onChange, besides });
  const ahead: TreesAhead = new TreesAhead({
    store: new TreeStore(layout.ahead, boot),
    directory: layout.ahead,
    blobs,
    quotaBytes,
    installing,
    unzstd: () => unzstdProgram(options),
    clock: ports.clock,
    log: ports.log,
  });
  return { blobs, ahead };
}
