import { type PeerComponents, unpackPeers } from "../../peers/index.ts";

/** So many states are kept: of each group that is told of at the same time there are a few. */
const maxKept = 50;

/**
 * Unpacks peers for many agents of one program, which are sent the same: each state once. Where an agent of its own would
 * refuse, so does this.
 */
export function sharedUnpack(): typeof unpackPeers {
  const kept = new Map<string, PeerComponents>();
  return (sent, held) => {
    const { digest, since } = sent;
    const known = since === undefined || held.has(since) ? kept.get(digest) : undefined;
    const components = known ?? unpackPeers(sent, held);
    kept.delete(digest);
    kept.set(digest, components);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return components;
  };
}
