import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { aBoundClaim, aProcess, aSoftware } from "../../test/support/builders.ts";
import { type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import { FakeClock } from "../clock/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import { silentLogger } from "../log/index.ts";
import { pruneBlobsHourly } from "./blob-pruning.ts";

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

test("B-FIN-11: packages and results stay while an object names them, and a day after they came", async () => {
  const clock = new FakeClock();
  const claim = aBoundClaim("app-web-0", "n1");
  const log = { name: "log", digest: digestOf("log"), size: 3 };
  const objects = new Map<KindInfo, readonly KubeObject[]>([
    [kinds.Process, [aProcess("p", claim, { status: { results: [log] } })]],
    [kinds.Software, [{ ...aSoftware("s"), status: { digest: digestOf("package") } } as KubeObject]],
  ]);
  const cache = ((kind: KindInfo) => ({ list: () => objects.get(kind) ?? [] })) as unknown as ControllerPorts["cache"];
  const calls: { readonly kept: readonly boolean[]; readonly before: number }[] = [];
  const prune = async (isReferenced: (digest: string) => boolean, before: number): Promise<number> => {
    calls.push({ kept: ["log", "package", "other"].map((text) => isReferenced(digestOf(text))), before });
    return 0;
  };
  const stop = pruneBlobsHourly({ cache, blobs: { prune }, clock, log: silentLogger });
  await clock.advance(3_600_000);
  expect(calls).toEqual([{ kept: [true, true, false], before: clock.now() - 24 * 3_600_000 }]);
  stop();
  await clock.advance(3_600_000);
  expect(calls.length).toBe(1);
});
