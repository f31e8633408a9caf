import type { EventSink, EventSinkStatus } from "../../api/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import type { CredentialFault, SinkProgress } from "../../sinks/index.ts";

export interface EventSinkObservation {
  readonly sink: EventSink;
  readonly progress: SinkProgress;
  /** Why it cannot send at all. */
  readonly fault?: CredentialFault;
  readonly nowText: string;
}

/** What is told of a sink: how far it is, whether Events arrive, and whether some were lost. */
export function planEventSink({ sink, progress, fault, nowText }: EventSinkObservation): EventSinkStatus {
  const { position, delivered, lost, lastDeliveryAt, lastFailure } = progress;
  const { generation } = sink.metadata;
  const rows = fault === undefined ? sendingRows(progress) : faultRows(fault);
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    ...{ position, delivered, lost },
    ...(lastDeliveryAt !== undefined && { lastDeliveryAt }),
    ...(lastFailure !== undefined && { lastFailure }),
    conditions: conditionsWith(sink, [...rows, ...completeRows(sink, progress)], nowText),
  };
}

function faultRows({ reason, message }: CredentialFault): readonly ConditionRow[] {
  return [
    ["Ready", "False", reason, message],
    ["Reconciling", "False", "Settled", ""],
    ["Stalled", "True", reason, message],
  ];
}

function sendingRows({ state, delivered, lastFailure }: SinkProgress): readonly ConditionRow[] {
  const why = lastFailure?.message ?? "";
  const isRetrying = state === "failed";
  const settled: ConditionRow = ["Reconciling", "False", "Settled", ""];
  const notStalled: ConditionRow = ["Stalled", "False", "NotStalled", ""];
  if (state === "gone") {
    const message = `${why}; nothing is sent until the sink's spec changes`;
    return [["Ready", "False", "ReceiverGone", message], settled, ["Stalled", "True", "ReceiverGone", message]];
  }
  if (isRetrying) return [["Ready", "False", "Retrying", why], ["Reconciling", "True", "Retrying", why], notStalled];
  return [["Ready", "True", delivered > 0 ? "Delivering" : "Idle", ""], settled, notStalled];
}

/** A loss stands until the next Event is taken; the server that comes after this one knows of it from the condition. */
function completeRows({ status }: EventSink, { state, loss }: SinkProgress): readonly ConditionRow[] {
  if (loss !== undefined) return [["Complete", "False", loss.reason, loss.message]];
  const isTold = status?.conditions?.some(({ type }) => type === "Complete") === true;
  return isTold && state !== "taken" ? [] : [["Complete", "True", "NothingLost", ""]];
}
