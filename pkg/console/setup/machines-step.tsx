import { useCallback } from "react";
import { kinds, type Resource } from "../../api/index.ts";
import { confirm } from "../actions/confirm.tsx";
import { useMay } from "../live/use-may.ts";
import { useKindState, useObject, useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { setupTexts as texts } from "../texts/setup.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { State } from "../ui/state.tsx";
import { deletePool } from "./actions.ts";
import { outcomeOf, tallyOf } from "./outcome.ts";
import { Step } from "./step.tsx";

interface MachinesStepProps {
  readonly pool: string;
  readonly onChange: () => void;
  readonly onUndone: () => void;
}

/** Each machine of the new pool as it comes up, or why it does not. */
export function MachinesStep({ pool: name, onChange, onUndone }: MachinesStepProps) {
  const machines = useMachines(name);
  const pool = useObject(kinds.ResourcePool, { namespace: "", name });
  const { problem } = useKindState(kinds.Resource);
  const mayDelete = useMay("delete", kinds.ResourcePool);
  const mayChange = useMay("patch", kinds.ResourcePool) && pool?.spec.provider.static !== undefined;
  const tally = tallyOf(machines.map(outcomeOf));
  const stalled = pool?.status?.conditions?.find(({ type, status }) => type === "Stalled" && status === "True");
  const undo = (): void => {
    const action = deletePool(name, machines.length, pool?.spec.ssh.identity !== undefined);
    confirm({
      ...action,
      async perform(session) {
        await action.perform(session);
        onUndone();
      },
    });
  };
  return (
    <>
      <h2 id="setup-look">
        <Step number={2} isDone={tally.good > 0 && tally.busy === 0} /> {texts.steps.look}
        <span className="quiet setup-tally" role="status">
          {machines.length === 0 ? texts.waiting : texts.tally(tally.good, tally.busy, tally.bad)}
        </span>
      </h2>
      {problem !== undefined && <ErrorNote error={problem} />}
      {stalled !== undefined && machines.length === 0 && <p className="note note-bad">{stalled.message}</p>}
      {machines.length > 0 && <MachineTable machines={machines} />}
      <div className="setup-actions">
        {mayChange && <Button onClick={onChange}>{texts.change}</Button>}
        {mayDelete && pool !== undefined && <Button onClick={undo}>{texts.undo}</Button>}
      </div>
    </>
  );
}

/** Machines of a pool by their names. */
export function useMachines(pool: string): readonly Resource[] {
  return useSelected<Resource, readonly Resource[]>(
    kinds.Resource,
    useCallback((all: Objects<Resource>) => ofPool(all, pool), [pool]),
  );
}

function ofPool(all: Objects<Resource>, pool: string): readonly Resource[] {
  return [...all.values()]
    .filter(({ spec, metadata }) => spec.poolName === pool && metadata.deletionTimestamp === undefined)
    .sort((a, b) => (a.metadata.name ?? "").localeCompare(b.metadata.name ?? "", undefined, { numeric: true }));
}

/** Who brings more at once looks at the map. */
const mostRows = 100;

function MachineTable({ machines }: { readonly machines: readonly Resource[] }) {
  const failedFirst = machines
    .map((machine) => ({ machine, outcome: outcomeOf(machine) }))
    .sort((a, b) => Number(b.outcome.tone === "bad") - Number(a.outcome.tone === "bad"))
    .slice(0, mostRows);
  return (
    <div className="setup-table">
      <table className="table">
        <thead>
          <tr>
            <th>{texts.machine}</th>
            <th>{texts.state}</th>
            <th>{texts.what}</th>
          </tr>
        </thead>
        <tbody>
          {failedFirst.map(({ machine, outcome }) => (
            <tr key={machine.metadata.name}>
              <td>{machine.metadata.name}</td>
              <td>
                <State state={outcome.state} tone={outcome.tone} />
              </td>
              <td className="setup-why">{outcome.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
