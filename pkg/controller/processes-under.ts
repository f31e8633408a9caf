import { kinds, type Process } from "../api/index.ts";
import type { ControllerPorts } from "./controller.ts";

const claimUids = ({ spec }: Process): readonly string[] => (spec.claimUid === undefined ? [] : [spec.claimUid]);

/** Processes that name the claim with this uid as theirs; those of all other claims are not looked at. */
export function processesUnder(claimUid: string, { cache }: Pick<ControllerPorts, "cache">): readonly Process[] {
  return cache(kinds.Process).index(claimUids)(claimUid);
}
