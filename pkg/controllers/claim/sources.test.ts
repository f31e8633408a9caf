import { expect, test } from "vitest";
import { aBoundClaim, aReadyResource, connected, lost } from "../../../test/support/builders.ts";
import { type KindInfo, keyText, kinds, type ObjectKey } from "../../api/index.ts";
import type { HostNews, HostObservation } from "../../fabric/index.ts";
import { silentHooks } from "../../hooks/index.ts";
import type { ClaimPorts } from "./observe.ts";
import { claimSignals } from "./sources.ts";

test("B-PRI-4: claims that wait look again, the most important first, when a machine answers anew, though its Resource said so all the time", () => {
  const waits = (name: string, componentName: string) => aBoundClaim(name, "m1", { spec: { epoch: 0, componentName } });
  const claims = [aBoundClaim("a-0", "m1"), waits("a-1", "plain"), waits("b-0", "less"), waits("c-0", "more")];
  const components = new Map([
    ["less", { spec: { priority: -1 } }],
    ["more", { spec: { priority: 1 } }],
  ]);
  const cache = ({ kind }: KindInfo) =>
    kind === kinds.Resource.kind
      ? { byUid: () => aReadyResource("m1") }
      : { list: () => claims, get: (key: ObjectKey) => components.get(key.name) };
  let observation: HostObservation = { state: "connecting", sinceAt: 0, step: "dialling" };
  let tell: (uid: string, news: HostNews) => void = () => undefined;
  const fabric = {
    observe: () => observation,
    subscribe: (listener: (uid: string, news: HostNews) => void) => {
      tell = listener;
      return () => undefined;
    },
  };
  const asked: string[] = [];
  claimSignals({ cache, hooks: silentHooks } as unknown as ClaimPorts, fabric, (key) => asked.push(keyText(key)));
  const see = (next: HostObservation, news: HostNews = "machine"): string[] => {
    observation = next;
    tell("uid-m1", news);
    return asked.splice(0);
  };
  expect(see(observation)).toEqual([]);
  expect(see(connected())).toEqual(["default/c-0", "default/a-1", "default/b-0"]);
  expect(see(connected())).toEqual([]);
  expect(see(lost("unreachable", 0))).toEqual([]);
  expect(see(connected(), "runs")).toEqual([]);
  expect(see(connected())).toHaveLength(3);
});
