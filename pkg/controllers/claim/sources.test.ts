import { expect, test } from "vitest";
import { aBoundClaim, aReadyResource, connected, lost } from "../../../test/support/builders.ts";
import { type KindInfo, keyText, kinds } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { silentHooks } from "../../hooks/index.ts";
import type { ClaimPorts } from "./observe.ts";
import { claimSignals } from "./sources.ts";

test("claims that wait look again when a machine answers anew, though its Resource said so all the time", () => {
  const claims = [aBoundClaim("a-0", "m1"), aBoundClaim("a-1", "m1", { spec: { epoch: 0 } })];
  const cache = ({ kind }: KindInfo) =>
    kind === kinds.Resource.kind ? { byUid: () => aReadyResource("m1") } : { list: () => claims };
  let observation: HostObservation = { state: "connecting", sinceAt: 0, step: "dialling" };
  let tell: (uid: string) => void = () => undefined;
  const fabric = {
    observe: () => observation,
    subscribe: (listener: (uid: string) => void) => {
      tell = listener;
      return () => undefined;
    },
  };
  const asked: string[] = [];
  claimSignals({ cache, hooks: silentHooks } as unknown as ClaimPorts, fabric, (key) => asked.push(keyText(key)));
  const see = (next: HostObservation): string[] => {
    observation = next;
    tell("uid-m1");
    return asked.splice(0);
  };
  expect(see(observation)).toEqual([]);
  expect(see(connected())).toEqual(["default/a-1"]);
  expect(see(connected())).toEqual([]);
  expect(see(lost("unreachable", 0))).toEqual([]);
  expect(see(connected())).toEqual(["default/a-1"]);
});
