import { conditionsOf, type KubeObject, stateOf } from "../../api/index.ts";
import { formatDuration } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { currentCondition } from "../conditions.ts";
import { oneLine } from "../describe/table-lines.ts";
import { objectName } from "../kind-names.ts";
import type { Located } from "../targets.ts";
import { waitFor } from "../wait-for.ts";
import { dig, fields, list, text } from "../wire-fields.ts";

/** So long something must need a person before it is given up: much mends itself while a set comes up. */
const stalledMs = 10_000;
/** What other objects may still bring (machines that come up, Secrets that are made) is waited for longer. */
const patientMs = 60_000;
const patientReasons: ReadonlySet<string> = new Set(["Unschedulable", "NoDefaultPool", "ReferenceNotFound"]);

/** Waits until everything that can be ready is; gives up where something stays stalled. */
export async function awaitReady(
  call: Invocation,
  objects: readonly Located[],
  timeoutMs: number | undefined,
): Promise<void> {
  const states = new ReadyStates(call, timeoutMs !== undefined);
  try {
    await waitFor(call, {
      objects: objects.filter(({ kind }) => kind.conditions["Ready"] !== undefined),
      timeoutMs,
      isMet: (object) => object !== undefined && currentCondition(object, "Ready")?.status === "True",
      onMet: (located) => states.met(located),
      onChange: (object, located) => states.change(object, located),
      giveUp: states.gaveUp,
      stateOf: (located) => states.stateOf(located),
    });
  } finally {
    states.close();
  }
}

/** What is known of each object that is waited for, shown as it changes. */
class ReadyStates {
  readonly #call: Invocation;
  readonly #hasTimeout: boolean;
  readonly #started: number;
  readonly #states = new Map<Located, string>();
  readonly #stalled = new Map<Located, { readonly reason: string; readonly cancel: () => void }>();
  readonly #giveUp = new AbortController();

  constructor(call: Invocation, hasTimeout: boolean) {
    this.#call = call;
    this.#hasTimeout = hasTimeout;
    this.#started = call.clock.monotonic();
  }

  get gaveUp(): AbortSignal {
    return this.#giveUp.signal;
  }

  stateOf(located: Located): string | undefined {
    return this.#states.get(located);
  }

  met(located: Located): void {
    this.#states.delete(located);
    this.#forgetStalled(located);
    this.#call.terminal.note(`${objectName(located.kind, located.name)} ready`);
  }

  change(object: KubeObject, located: Located): void {
    this.#watchStalled(object, located);
    const state = stateText(object);
    const isNews = this.#states.get(located) !== state;
    this.#states.set(located, state);
    if (this.#call.terminal.showsProgress) this.#draw();
    else if (isNews) this.#call.terminal.note(`${objectName(located.kind, located.name)}: ${state}`);
  }

  close(): void {
    for (const located of [...this.#stalled.keys()]) this.#forgetStalled(located);
  }

  #draw(): void {
    const parts = [...this.#states].map(([{ kind, name }, state]) => `${objectName(kind, name)} ${state}`);
    this.#call.terminal.progress(
      `${formatDuration(this.#call.clock.monotonic() - this.#started)}  ${parts.join("  ")}`,
    );
  }

  #watchStalled(object: KubeObject, located: Located): void {
    const stalled = currentCondition(object, "Stalled");
    const reason = stalled?.status === "True" ? stalled.reason : undefined;
    if (this.#stalled.get(located)?.reason === reason) return;
    this.#forgetStalled(located);
    const isPatient = reason !== undefined && patientReasons.has(reason);
    // Whoever has said how long to wait knows what may still come.
    if (stalled === undefined || reason === undefined || (isPatient && this.#hasTimeout)) return;
    const name = objectName(located.kind, located.name);
    const error = new StatusError("Conflict", `${name} is stalled: ${reason}: ${oneLine(stalled.message)}`);
    const cancel = this.#call.clock.setTimer(isPatient ? patientMs : stalledMs, () => this.#giveUp.abort(error));
    this.#stalled.set(located, { reason, cancel });
  }

  #forgetStalled(located: Located): void {
    this.#stalled.get(located)?.cancel();
    this.#stalled.delete(located);
  }
}

/** "Acquiring 3/10 phase serve", and why where something needs a person. */
function stateText(object: KubeObject): string {
  const members = text(dig(object, "status", "readyMembers"));
  const open = list(dig(object, "status", "phases"))
    .map(fields)
    .filter((phase) => phase["state"] === "Open")
    .map((phase) => text(phase["name"]));
  const conditions = conditionsOf(object);
  const stalled = conditions.find(({ type, status }) => type === "Stalled" && status === "True");
  const state = stateOf(object) || (conditions.find(({ type }) => type === "Ready")?.reason ?? "Pending");
  return [
    state,
    members,
    open.length === 0 ? "" : `phase ${open.join(", ")}`,
    stalled === undefined ? "" : `${stalled.reason}: ${oneLine(stalled.message, 120)}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
