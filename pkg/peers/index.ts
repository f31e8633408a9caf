/** Members that know each other, as they travel: named by a digest, sent once as what they are or as what has changed of them. */
export { packPeers, unpackPeers } from "./sent.ts";
export { type PeerComponents, peersDigest } from "./text.ts";
