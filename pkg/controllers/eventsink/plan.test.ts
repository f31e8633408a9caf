import { expect, test } from "vitest";
import { type EventSink, findCondition, kinds, mustDecode } from "../../api/index.ts";
import type { SinkProgress } from "../../sinks/index.ts";
import { planEventSink } from "./plan.ts";

function aSink(status: object = {}): EventSink {
  const metadata = { name: "sink", namespace: "default", generation: 3 };
  const spec = { url: "http://sink.test/" };
  return mustDecode(kinds.EventSink, { apiVersion: "plush.dev/v1", kind: "EventSink", metadata, spec, status });
}

const idle: SinkProgress = { position: 7, delivered: 0, lost: 0 };
const failing = { lastFailure: { at: "2026-01-01T00:00:00Z", message: "it answered 500" } };
const nowText = "2026-01-01T00:00:01Z";

test.each<[string, Partial<SinkProgress>, readonly string[]]>([
  ["nothing sent yet", {}, ["Ready=True Idle", "Reconciling=False Settled", "Stalled=False NotStalled"]],
  ["taken", { delivered: 1, state: "taken" }, ["Ready=True Delivering", "Stalled=False NotStalled"]],
  ["an older failure, mended", { delivered: 1, state: "taken", ...failing }, ["Ready=True Delivering"]],
  ["failed", { state: "failed", ...failing }, ["Ready=False Retrying", "Reconciling=True Retrying"]],
  ["gone", { state: "gone", ...failing }, ["Ready=False ReceiverGone", "Stalled=True ReceiverGone"]],
  [
    "refused",
    { state: "refused", lost: 1, loss: { reason: "Refused", message: "it answered 422" }, ...failing },
    ["Ready=True Idle", "Complete=False Refused"],
  ],
])("%s", (_what, news, wanted) => {
  const status = planEventSink({ sink: aSink(), progress: { ...idle, ...news }, nowText });
  const told = status.conditions?.map(({ type, status: is, reason }) => `${type}=${is} ${reason}`);
  expect(told).toEqual(expect.arrayContaining([...wanted]));
  expect(status).toMatchObject({ observedGeneration: 3, position: 7 });
});

test("a Secret that is not there stalls it, whatever was before", () => {
  const fault = { reason: "ReferenceNotFound", message: "Secret s is not there: nothing is sent" } as const;
  const status = planEventSink({ sink: aSink(), progress: { ...idle, state: "taken" }, fault, nowText });
  expect(findCondition(status.conditions, "Stalled")).toMatchObject({ status: "True", ...fault });
  expect(findCondition(status.conditions, "Ready")).toMatchObject({ status: "False", ...fault });
});

test("a loss is told until the next Event is taken, also by the server that comes after", () => {
  const loss = { reason: "GaveUp", message: "given up" } as const;
  const lost = planEventSink({ sink: aSink(), progress: { ...idle, loss }, nowText });
  const again = planEventSink({ sink: aSink(lost), progress: idle, nowText });
  expect(findCondition(again.conditions, "Complete")).toMatchObject({ status: "False", reason: "GaveUp" });
  const taken = planEventSink({ sink: aSink(lost), progress: { ...idle, state: "taken" }, nowText });
  expect(findCondition(taken.conditions, "Complete")).toMatchObject({ status: "True", reason: "NothingLost" });
});
