import type { Resource } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { claimName, drainMachine, observeDrain, planDrain } from "../../operations/index.ts";
import type { Session } from "../live/session.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import { notify } from "../ui/notices.tsx";
import type { Action, Effect } from "./action.ts";
import { cordon } from "./cordon.ts";

/** Moves all work off a machine, which takes no new work from then on. */
export function drain(machine: Resource, options: { readonly force?: boolean } = {}): Action {
  const { name = "" } = machine.metadata;
  const force = options.force === true;
  return {
    title: texts.drainOne(name),
    command: ["drain", name, ...(force ? ["--force"] : [])],
    isDangerous: force,
    preview: (session) => effects(session, name, force),
    async perform(session) {
      const { refused } = planDrain(await observeDrain(session.api, name, { force }));
      await cordon(machine).perform(session);
      const draining = run(session, name, force);
      // What may not leave is said where it was asked for; moving takes longer than anybody looks at a dialog.
      if (refused.length > 0) return draining;
      draining.then(
        () => notify(texts.drained(name)),
        (error: unknown) => notify(error instanceof Error ? error.message : String(error), "bad"),
      );
    },
  };
}

function run({ api }: Session, name: string, force: boolean): Promise<void> {
  const timeoutMs = Number.POSITIVE_INFINITY;
  return drainMachine({
    client: api,
    clock: systemClock,
    name,
    force,
    timeoutMs,
    tell: (text) => notify(text, "busy"),
  });
}

async function effects({ api }: Session, name: string, force: boolean): Promise<readonly Effect[]> {
  const plan = planDrain(await observeDrain(api, name, { force }));
  const all: readonly Effect[] = [
    ...plan.evict.map((claim): Effect => ({ tone: "warn", text: texts.claimLeaves(claimName(claim)) })),
    ...plan.remove.map((claim): Effect => ({ tone: "bad", text: texts.claimIsDeleted(claimName(claim)) })),
    ...plan.refused.map((claim): Effect => ({ tone: "bad", text: texts.claimRefuses(claimName(claim)) })),
    ...plan.staying.map((claim): Effect => ({ tone: "idle", text: texts.claimStays(claimName(claim)) })),
  ];
  const moving: Effect = { tone: "idle", text: plan.evict.length > 0 ? texts.drainGoesOn : texts.nothingLeaves };
  return [{ tone: "warn", text: texts.noNewWork }, ...all, moving];
}
