import type { MachineView, MatchRequest } from "../machine-view.ts";
import type { PeerTerm } from "../peer-term.ts";
import type { GroupRequest, GroupTerm } from "./group-request.ts";

/** Machines of each group, by the group's name. */
export type Sets = ReadonlyMap<string, readonly MachineView[]>;

/**
 * What a group asks of one machine once the others have theirs: the terms between groups become terms with members that are
 * where they are. A set is scored by the same functions as one claim.
 */
export function requestBeside(group: GroupRequest, sets: Sets, machine: MachineView): MatchRequest {
  const peers = group.terms.map((term) => peerTerm(term, group, sets, machine));
  return { ...group.request, peers: [...(group.request.peers ?? []), ...peers] };
}

function peerTerm(term: GroupTerm, { name, count }: GroupRequest, sets: Sets, machine: MachineView): PeerTerm {
  const { to, ...rest } = term;
  const peers = (sets.get(to) ?? []).filter((one) => one.name !== machine.name);
  // One that would come besides has one peer more than those that are in.
  const more = to === name ? Math.max(0, peers.length - (count - 1)) : 0;
  return { ...rest, peers, of: Math.max(1, rest.of + more) };
}
