/** What comes after what: the order of phases, what a change touches, and one member's way through them. Pure. */
export { canonicalJson, contentHash } from "./content-hash.ts";
export { type DagNode, findCycle, predecessors, successors, topologicalOrder } from "./dag.ts";
