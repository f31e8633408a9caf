import { type Application, findCondition, kinds } from "../../../api/index.ts";
import { StatusError } from "../../../status/index.ts";
import type { Command, Invocation } from "../../command.ts";
import type { Located } from "../../targets.ts";
import { waitFor } from "../../wait-for.ts";
import { rolledApplications } from "./rolled-applications.ts";

export const statusCommand: Command = {
  usage: "rollout status application/NAME [--watch=false] [--timeout DURATION]",
  summary: "Follows a rollout until all members run what they are to run; exit code 1 where it failed.",
  flags: [
    { name: "watch", short: "w", type: "switch", help: "wait for the end (default true)" },
    { name: "timeout", type: "duration", value: "DURATION", help: "give up after so long" },
  ],
  completes: "targets",
  examples: ["plush rollout status application/web --timeout 5m"],
  async run(call) {
    for (const located of await rolledApplications(call)) await follow(call, located);
    return 0;
  },
};

async function follow(call: Invocation, located: Located): Promise<void> {
  const client = await call.session.client();
  const told = new Set<string>();
  const failure = new AbortController();
  const tell = (application: Application): boolean => {
    const state = rolloutState(application);
    if (!told.has(state.words)) call.terminal.out(state.words);
    told.add(state.words);
    if (state.isFailed) failure.abort(new StatusError("Conflict", state.words));
    return state.isDone;
  };
  const isDone = tell(await client.get(kinds.Application, located));
  failure.signal.throwIfAborted();
  if (isDone || !call.args.on("watch", true)) return;
  await waitFor(call, {
    objects: [located],
    timeoutMs: call.args.duration("timeout"),
    isMet: (object) => object !== undefined && tell(object as Application),
    onMet: () => undefined,
    giveUp: failure.signal,
  });
}

interface RolloutState {
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
