import { existsSync } from "node:fs";
import type { ResourcePool } from "../api/index.ts";
import type { Provider } from "../fabric/index.ts";
import { makeEmulatedProvider } from "../providers/emulated/index.ts";
import { type LocalProvider, makeLocalProvider } from "../providers/local/index.ts";
import { makeVmProvider } from "../providers/vm/index.ts";
import { ensureKeyPair, type KeyPair } from "../remote/index.ts";
import { StatusError } from "../status/index.ts";
import type { Foundation } from "./foundation.ts";
import type { ServerOptions } from "./server-options.ts";

/** Providers whose machines are made on this computer: only for servers that nobody else can reach. */
export interface OwnComputer {
  readonly local: LocalProvider;
  readonly providers: readonly Provider[];
  /** Begins with what happens by itself, once all pools are known; resolves the function that ends it. Machines stay. */
  start(pools: () => readonly ResourcePool[]): () => Promise<void>;
}

export function makeOwnComputer(options: ServerOptions, foundation: Foundation): OwnComputer {
  const { clock, log, data, bundle, store } = foundation;
  const local = makeLocalProvider({ clock, dataDir: data.root, bundlePath: bundle.path });
  const { delayLine } = options;
  let pair: Promise<KeyPair> | undefined;
  const keyPair = (): Promise<KeyPair> => {
    pair ??= ensureKeyPair(data.machineKey);
    return pair;
  };
  const emulated = makeEmulatedProvider({
    clock,
    log,
    clusterUid: store.clusterUid,
    dataDir: data.root,
    bundle,
    delayLine: delayLine !== undefined && existsSync(delayLine) ? delayLine : undefined,
    keyPair,
  });
  const vm = makeVmProvider({ clock, clusterUid: store.clusterUid, directory: data.machines, bundle, keyPair });
  return {
    local,
    providers: [local, emulated, vm],
    start(pools) {
      const uids = new Set(pools().map(({ metadata }) => metadata.uid ?? ""));
      const swept = vm.sweep(uids).catch((error: unknown) => {
        log.warn({ error: StatusError.from(error).message }, "machines of pools that are gone could not be removed");
      });
      const stop = emulated.start(pools);
      return async () => void (await Promise.all([swept, stop()]));
    },
  };
}
