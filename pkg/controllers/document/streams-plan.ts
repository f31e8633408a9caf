import { memoryBytes, type Outputs } from "../../api/index.ts";
import { type ProcessOrder, streamNames } from "../../protocol/index.ts";

/** Which streams of what runs are kept apart; nothing where both go into the log alone. */
export function streamsOf(outputs: Outputs | undefined): Pick<ProcessOrder, "streams"> {
  const names = streamNames.filter((name) => outputs?.[name] === true);
  return outputs === undefined || names.length === 0
    ? {}
    : { streams: { names, maxBytes: memoryBytes(outputs.maxSize) } };
}
