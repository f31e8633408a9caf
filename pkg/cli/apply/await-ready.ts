import type { KubeObject } from "../../api/index.ts";
import { formatDuration } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { conditionsOf, currentCondition, stateOf } from "../conditions.ts";
import { objectName } from "../kind-names.ts";
import type { Located } from "../targets.ts";
import { waitFor } from "../wait-for.ts";
import { dig, fields, list, text } from "../wire-fields.ts";

/** Waits until everything that can be ready is; gives up where something is stalled, as no time mends that. */
export async function awaitReady(
  call: Invocation,
  objects: readonly Located[],
  timeoutMs: number | undefined,
): Promise<void> {
  const states = new Map<Located, string>();
  const started = call.clock.monotonic();
  const show = (): void => {
    const parts = [...states].map(([{ kind, name }, state]) => `${objectName(kind, name)} ${state}`);
    call.terminal.progress(`${formatDuration(call.clock.monotonic() - started)}  ${parts.join("  ")}`);
  };
  await waitFor(call, {
    objects: objects.filter(({ kind }) => kind.conditions["Ready"] !== undefined),
    timeoutMs,
    isMet: (object) => object !== undefined && isReady(object),
    onMet: (located) => {
      states.delete(located);
      call.terminal.note(`${objectName(located.kind, located.name)} ready`);
    },
    onChange: (object, located) => {
      const state = stateText(object);
      const news = states.get(located) !== state;
      states.set(located, state);
      if (call.terminal.showsProgress) show();
      else if (news) call.terminal.note(`${objectName(located.kind, located.name)}: ${state}`);
    },
  });
}

function isReady(object: KubeObject): boolean {
  if (currentCondition(object, "Ready")?.status === "True") return true;
  const stalled = currentCondition(object, "Stalled");
  if (stalled?.status !== "True") return false;
  const name = `${object.kind.toLowerCase()} "${object.metadata.name ?? ""}"`;
  throw new StatusError("Conflict", `${name} is stalled: ${stalled.reason}: ${stalled.message}`);
}

/** "Installing 3/10", with the phases that are open, or the reason why it is not ready. */
function stateText(object: KubeObject): string {
  const members = text(dig(object, "status", "readyMembers"));
  const open = list(dig(object, "status", "phases"))
    .map(fields)
    .filter((phase) => phase["state"] === "Open")
    .map((phase) => text(phase["name"]));
  const ready = conditionsOf(object).find(({ type }) => type === "Ready");
  const state = stateOf(object) || (ready === undefined ? "Pending" : ready.reason);
  return [state, members, open.length === 0 ? "" : `phase ${open.join(", ")}`].filter((part) => part !== "").join(" ");
}
