import { type Application, findCondition } from "../api/index.ts";

/** How far a rollout is. */
export interface RolloutState {
  readonly words: string;
  readonly isDone: boolean;
  readonly isFailed: boolean;
}

/** Where a rollout is, in words: the same words mean that nothing has changed. */
export function rolloutState({ metadata, spec, status }: Application): RolloutState {
  const name = metadata.name ?? "";
  const going = (words: string): RolloutState => ({ words, isDone: false, isFailed: false });
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return going(`application ${name}: waiting for the change to be seen`);
  const stalled = findCondition(status?.conditions, "Stalled");
  if (stalled?.status === "True")
    return { words: `application ${name}: ${stalled.reason}: ${stalled.message}`, isDone: false, isFailed: true };
  const components = status?.components ?? [];
  const behind = components.filter(
    ({ replicas = 0, updated = 0, ready = 0 }) => updated < replicas || ready < replicas,
  );
  const counts = behind.map(
    ({ name: component, replicas = 0, updated = 0, ready = 0 }) =>
      `${component} ${updated} of ${replicas} updated, ${ready} ready`,
  );
  if (counts.length > 0 && status?.state !== "Complete") {
    const paused = spec.paused ? " (paused: plush rollout resume goes on)" : "";
    return going(`application ${name}: ${counts.join("; ")}${paused}`);
  }
  // Counts may be of the revision before; that all members have arrived is said of this one.
  if (status?.state !== "Complete" && status?.rollout?.goodRevision !== status?.currentRevision)
    return going(`application ${name}: waiting for its members to be told`);
  return {
    words: `application ${name} is rolled out: ${status?.currentRevision ?? ""}`,
    isDone: true,
    isFailed: false,
  };
}
