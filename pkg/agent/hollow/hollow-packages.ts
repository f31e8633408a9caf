import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import { type AgentConfig, routes } from "../../protocol/index.ts";
import { BlobCache } from "../blobs/blob-cache.ts";
import type { Handlers } from "../http/agent-server.ts";
import { blobHandlers } from "../http/blob-handlers.ts";
import { packageHandlers } from "../http/package-handlers.ts";
import { answer } from "../http/request.ts";
import { PackageExchange } from "../packages/package-exchange.ts";

export interface HollowPackagesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: AgentConfig;
  /** Where they lie. */
  readonly directory: string;
  readonly pinned: () => ReadonlySet<string>;
  /** What is here, or fetched, has changed. */
  readonly onChange: () => void;
}

const quotaBytes = 2 ** 30;

/**
 * Packages of a pretended machine that are none: fetched, verified, kept and given on as by any agent, at the machine's
 * data address, where its faults are not felt. They are not unpacked.
 */
export class HollowPackages {
  readonly #directory: string;
  readonly #blobs: BlobCache;
  readonly #exchange: PackageExchange;

  constructor({ clock, log, config, directory, pinned, onChange }: HollowPackagesOptions) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#directory = directory;
    const besides = { bytes: () => 0, clear: async () => false };
    this.#blobs = new BlobCache({ directory, boot: config.resourceUid, quotaBytes, pinned, onChange, besides });
    this.#exchange = new PackageExchange({ clock, log, config, blobs: this.#blobs, onChange });
  }

  get complete(): ReadonlySet<string> {
    return this.#blobs.complete;
  }

  get report(): PackageExchange["report"] {
    return this.#exchange.report;
  }

  get handlers(): Handlers {
    return { ...blobHandlers(this.#blobs), ...packageHandlers(this.#exchange) };
  }

  async remove(): Promise<void> {
    await this.#exchange.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Where packages are pretended too: whatever is sent is there. */
export function pretendedBlobs(): Handlers {
  return {
    [`HEAD ${routes.blobs}/:`]: async ({ stream }) => {
      stream.respond({ ":status": 200, "content-length": 0, "x-complete": "true" }, { endStream: true });
    },
    [`PUT ${routes.blobs}/:`]: async ({ stream }) => {
      stream.resume();
      answer(stream, { complete: true }, 201);
    },
  };
}

/** Nothing is unpacked ahead of need. */
export function pretendedPrefetch(): Handlers {
  return {
    [`PUT ${routes.prefetch}`]: async ({ stream }) => {
      stream.resume();
      answer(stream, {});
    },
  };
}
