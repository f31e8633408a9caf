import { type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import type { BlobStore } from "../blobs/index.ts";
import type { Clock } from "../clock/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { Logger } from "../log/index.ts";
import { StatusError } from "../status/index.ts";

export interface BlobPruningPorts extends Pick<ControllerPorts, "cache"> {
  readonly blobs: Pick<BlobStore, "prune">;
  readonly clock: Clock;
  readonly log: Logger;
}

const everyMs = 3_600_000;
/** Who uploads a package names it in a Software afterwards: so long that may take. */
const graceMs = 24 * 3_600_000;

/** Kinds of few objects, which name packages in several places. */
const naming: readonly KindInfo[] = [
  kinds.Software,
  kinds.Application,
  kinds.ApplicationRevision,
  kinds.Component,
  kinds.Phase,
];

/** Removes, once an hour, packages and results that no object names any more. Returns what stops it. */
export function pruneBlobsHourly(ports: BlobPruningPorts): () => void {
  let cancel = (): void => undefined;
  const wind = (): void => {
    cancel = ports.clock.setTimer(everyMs, () => {
      void pruneBlobs(ports).catch((error: unknown) =>
        ports.log.warn({ error: StatusError.from(error).message }, "cannot remove packages that nobody needs"),
      );
      wind();
    });
  };
  // Caches are asked for now, so that they are filled when they are read.
  namedDigests(ports);
  wind();
  return () => cancel();
}

async function pruneBlobs(ports: BlobPruningPorts): Promise<void> {
  const named = namedDigests(ports);
  const removed = await ports.blobs.prune((digest) => named.has(digest), ports.clock.now() - graceMs);
  if (removed > 0) ports.log.info({ removed }, "removed packages and results that nobody needs");
}

function namedDigests({ cache }: Pick<ControllerPorts, "cache">): ReadonlySet<string> {
  const texts = naming.flatMap((kind) =>
    cache<KubeObject>(kind)
      .list()
      .map((object) => JSON.stringify(object)),
  );
  const inTexts = texts.flatMap((text) => (text.match(/[0-9a-f]{64}/g) ?? []).map((hex) => `sha256:${hex}`));
  const inProcesses = cache(kinds.Process)
    .list()
    .flatMap(({ status }) => status?.results ?? []);
  const inClaims = cache(kinds.Claim)
    .list()
    .flatMap(({ status }) => status?.software ?? []);
  const inItems = cache(kinds.WorkChunk)
    .list()
    .flatMap(({ status }) => (status?.items ?? []).flatMap(({ results = [] }) => results));
  return new Set([...inTexts, ...[...inProcesses, ...inClaims, ...inItems].flatMap(({ digest }) => digest ?? [])]);
}
