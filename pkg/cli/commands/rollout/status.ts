import { type Application, kinds } from "../../../api/index.ts";
import { rolloutState } from "../../../rollout/index.ts";
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
