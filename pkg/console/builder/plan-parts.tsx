import { stringify } from "yaml";
import type { ApplyWord } from "../../manifests/portable.ts";
import type {
  FieldChange,
  PlannedAction,
  PlannedMachine,
  PlannedObject,
  PlannedRollout,
  PlanStatus,
} from "../../protocol/index.ts";
import { builderTexts } from "../texts/builder.ts";
import { Shape } from "../ui/state.tsx";
import type { Tone } from "../ui/tone.ts";

const texts = builderTexts.planning;

/** So many rows are read; more are told by their number. */
const maxRows = 200;

interface PlanPartsProps {
  readonly plan: PlanStatus;
  /** What became of each object, as far as they are applied. */
  readonly words: readonly ApplyWord[];
  readonly isBusy: boolean;
}

/** A plan as people read it: what changes, whose machines, which processes in which order, what is in the way. */
export function PlanParts({ plan, words, isBusy }: PlanPartsProps) {
  const { diff, machines, restarts, notes, changes } = plan;
  return (
    <>
      {!changes && diff.every(({ action }) => action === "Unchanged") && <p>{texts.nothing}</p>}
      <section>
        <h3>{texts.objects}</h3>
        <ul className="builder-plan-objects">
          {diff.map((object, index) => (
            <ObjectDiff
              key={`${object.kind}/${object.namespace ?? ""}/${object.name}`}
              object={object}
              word={words[index]}
              isNext={isBusy && words.length === index}
            />
          ))}
        </ul>
      </section>
      {machines.length > 0 && <Machines machines={machines} />}
      {restarts.length > 0 && <Restarts restarts={restarts} />}
      {notes.length > 0 && (
        <section>
          <h3>{texts.notes}</h3>
          <ul>
            {notes.map(({ kind, name, reason, message }) => (
              <li key={`${kind}/${name} ${reason}`}>
                <Shape tone="warn" /> {kind} {name}: {reason}: {message}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const tones: Readonly<Record<PlannedObject["action"], Tone>> = {
  Create: "good",
  Update: "warn",
  Unchanged: "idle",
  Refused: "bad",
};

function ObjectDiff({
  object,
  word,
  isNext,
}: {
  readonly object: PlannedObject;
  readonly word: ApplyWord | undefined;
  readonly isNext: boolean;
}) {
  const { kind, namespace, name, action, fields = [], faults = [] } = object;
  return (
    <li>
      <details open={fields.length > 0 && fields.length <= 12}>
        <summary>
          <Shape tone={tones[action]} />
          <strong>
            {kind} {name}
          </strong>
          {namespace !== undefined && <span className="quiet">{namespace}</span>}
          <span className={`builder-plan-word tone-${tones[action]}`}>{texts.actions[action]}</span>
          {(word !== undefined || isNext) && (
            <span className="builder-plan-done">
              <Shape tone={word === undefined ? "busy" : "good"} />{" "}
              {word === undefined ? texts.applying : texts.words[word]}
            </span>
          )}
        </summary>
        <FieldChanges fields={fields} />
        {faults.map(({ message }) => (
          <p key={message} className="builder-problem">
            <Shape tone="bad" /> {message}
          </p>
        ))}
      </details>
    </li>
  );
}

function FieldChanges({ fields }: { readonly fields: readonly FieldChange[] }) {
  return (
    <table className="builder-diff">
      <tbody>
        {fields.slice(0, maxRows).map(({ path, from, to }) => (
          <tr key={path}>
            <th scope="row">{path}</th>
            <td>
              {from !== undefined && <del>{shown(from)}</del>} {to !== undefined && <ins>{shown(to)}</ins>}
            </td>
          </tr>
        ))}
        {fields.length > maxRows && (
          <tr>
            <td colSpan={2}>{texts.moreRows(fields.length - maxRows)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** Short values on their line, others as a manifest would say them. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  const line = JSON.stringify(value);
  return line.length <= 60 ? line : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}

function Machines({ machines }: { readonly machines: readonly PlannedMachine[] }) {
  return (
    <section>
      <h3>{texts.machines}</h3>
      <table className="table">
        <tbody>
          {machines.slice(0, maxRows).map((one) => (
            <tr key={`${one.namespace}/${one.claim}/${one.ordinal}`}>
              <td>
                {one.application === undefined ? one.component : `${one.application}/${one.component}`}{" "}
                {one.ordinal ?? texts.spare}
              </td>
              <td>
                <Shape tone={one.action === "Unplaced" ? "bad" : one.action === "Stay" ? "idle" : "good"} />{" "}
                {texts.machineActions[one.action]}
              </td>
              <td>{one.from === undefined ? one.resource : `${one.from} → ${one.resource ?? ""}`}</td>
              <td className="quiet">{one.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {machines.length > maxRows && <p className="quiet">{texts.moreRows(machines.length - maxRows)}</p>}
    </section>
  );
}

/** Beyond so many steps only their number is told. */
const maxSteps = 60;

function Restarts({ restarts }: { readonly restarts: readonly PlannedRollout[] }) {
  const steps = new Map<number, string[]>();
  for (const { component, steps: own } of restarts)
    for (const { step, actions } of own)
      steps.set(step, [...(steps.get(step) ?? []), ...memberLines(component, actions)]);
  const ordered = [...steps].sort(([one], [other]) => one - other);
  return (
    <section>
      <h3>{texts.restarts}</h3>
      {restarts.map(({ application, component, members, atATime, why }) => (
        <p key={`${application}/${component}`}>
          {application === undefined ? component : `${application}/${component}`}: {texts.pace(members, atATime)}
          {why.map((one) => (
            <span key={one} className="quiet">
              {" "}
              {texts.because(one)}
            </span>
          ))}
        </p>
      ))}
      <ol className="builder-steps">
        {ordered.slice(0, maxSteps).map(([step, lines]) => (
          <li key={step} value={step}>
            {lines.map((line) => (
              <div key={line}>{line}</div>
            ))}
          </li>
        ))}
      </ol>
      {ordered.length > maxSteps && <p className="quiet">{texts.moreSteps(ordered.length - maxSteps)}</p>}
    </section>
  );
}

/** One line a member. */
function memberLines(component: string, actions: readonly PlannedAction[]): readonly string[] {
  const members = new Map<string, string[]>();
  for (const { action, ordinal, phase, process, resource } of actions) {
    const member = texts.member(`${component}-${ordinal}`, resource);
    const words = `${action === "Stop" ? texts.stop : texts.start} ${phase === undefined ? process : `${phase}/${process}`}`;
    members.set(member, [...(members.get(member) ?? []), words]);
  }
  return [...members].map(([member, words]) => texts.step(member, words.join(", ")));
}
