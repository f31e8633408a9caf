import type { ReactNode } from "react";
import type { Member, Phase, ProcessTemplate } from "../../../api/index.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Icon } from "../../ui/icon.tsx";
import { State } from "../../ui/state.tsx";
import { releaseWords, ruleWords } from "./release-words.ts";
import { memberName } from "./time-line.ts";

const texts = applicationTexts.phases;
/** Names that are shown; the rest is counted. */
const shownNames = 50;

/** Everything about one phase. */
export function PhaseDetail({ phase, onClose }: { readonly phase: Phase; readonly onClose: () => void }) {
  const { spec, status } = phase;
  const { release, expected = [], entered = [], late = [], failed = [] } = status ?? {};
  const names = new Set(entered.map(memberName));
  const missing = release?.missing ?? expected.filter((member) => !names.has(memberName(member)));
  const facts: readonly (readonly [string, ReactNode])[] = [
    [texts.after, spec.after.length === 0 ? applicationTexts.none : spec.after.join(", ")],
    [texts.rule, release === undefined ? ruleWords(spec) : releaseWords(phase)],
    [texts.round, status?.round ?? 0],
    [texts.opened, timeText(status?.openedAt)],
    [texts.released, timeText(release?.at)],
    [texts.enteredMembers, <Names key="entered" members={release?.members ?? entered} />],
    ...(missing.length > 0 ? [[texts.missingMembers, <Names key="missing" members={missing} />] as const] : []),
    ...(late.length > 0 ? [[texts.lateMembers, <Names key="late" members={late} />] as const] : []),
  ];
  return (
    <section className="application-phase-detail" aria-label={texts.detail(spec.phase)}>
      <header>
        <h3>{texts.detail(spec.phase)}</h3>
        <State state={status?.state ?? "Waiting"} />
        <span className="spacer" />
        <button type="button" className="icon-button" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <dl className="application-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {failed.length > 0 && (
        <>
          <h3>{texts.failedMembers}</h3>
          <ul>
            {failed.slice(0, shownNames).map((member) => (
              <li key={memberName(member)} className="application-words">
                <span className="tone-bad">{memberName(member)}</span> {member.reason}: {member.message}
              </li>
            ))}
          </ul>
        </>
      )}
      {spec.processes.length > 0 && (
        <>
          <h3>{texts.processes}</h3>
          <ul className="application-commands">
            {spec.processes.map((process) => (
              <li key={process.name}>
                <strong>{process.name}</strong> <code>{commandText(process)}</code>{" "}
                <span className="quiet">{process.restartPolicy}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Names({ members }: { readonly members: readonly Member[] }) {
  if (members.length === 0) return applicationTexts.none;
  const more = members.length - shownNames;
  return (
    <>
      {members.slice(0, shownNames).map(memberName).join(", ")}
      {more > 0 && ` ${texts.more(more)}`}
    </>
  );
}

function commandText({ command = [], args = [] }: ProcessTemplate): string {
  return [...command, ...args].join(" ");
}

function timeText(time: string | undefined): string {
  return time === undefined ? applicationTexts.none : new Date(time).toLocaleString();
}
