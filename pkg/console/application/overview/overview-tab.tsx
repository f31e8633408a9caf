import type { ReactNode } from "react";
import { conditionsOf } from "../../../api/index.ts";
import { isWell } from "../../../why/index.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Age } from "../../ui/age.tsx";
import { State } from "../../ui/state.tsx";
import type { Tone } from "../../ui/tone.ts";
import { MembersBar } from "../members-bar.tsx";
import { useOwn } from "../own-objects.ts";
import { WhyChain } from "./why-chain.tsx";

const texts = applicationTexts.overview;

export default function OverviewTab() {
  const { application, isGone } = useOwn();
  return (
    <div className="application-scroll application-overview">
      {!isGone && !isWell(application) && <WhyChain />}
      <Facts />
      <Components />
      <Conditions />
    </div>
  );
}

function Facts() {
  const { spec, status } = useOwn().application;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [texts.phase, status?.phase || applicationTexts.none],
    [texts.revision, status?.currentRevision ?? applicationTexts.none],
    [texts.started, <Age key="started" since={status?.startedAt} isAgo />],
    ...(status?.finishedAt === undefined
      ? []
      : [[texts.finished, <Age key="finished" since={status.finishedAt} isAgo />] as const]),
    [texts.replaced, texts.replacements(status?.replacements ?? 0)],
    ...(spec.expires === undefined
      ? []
      : [[texts.expires, status?.expiresAt === undefined ? spec.expires.after : timeText(status.expiresAt)] as const]),
  ];
  return (
    <dl className="application-facts card">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Components() {
  const components = useOwn().application.status?.components ?? [];
  if (components.length === 0) return null;
  return (
    <section className="card application-section">
      <h2>{texts.components}</h2>
      <div className="application-table">
        <table className="table">
          <thead>
            <tr>
              {[texts.component, texts.ready, texts.claimed, texts.configured, texts.updated, texts.spares].map(
                (text) => (
                  <th key={text}>{text}</th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {components.map(
              ({ name, replicas = 0, claimed = 0, configured = 0, ready = 0, updated = 0, spares = 0 }) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td>
                    <MembersBar ready={ready} wanted={replicas} />
                  </td>
                  <td>{claimed}</td>
                  <td>{configured}</td>
                  <td>{updated}</td>
                  <td>{spares}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Conditions that are bad when they are true. */
const troubles: ReadonlySet<string> = new Set(["Stalled", "Expiring"]);
/** Conditions that say what is going on. */
const quiet: ReadonlySet<string> = new Set(["Reconciling", "Complete", "CleanedUp"]);

function Conditions() {
  const conditions = conditionsOf(useOwn().application);
  return (
    <section className="card application-section">
      <h2>{texts.conditions}</h2>
      <div className="application-table">
        <table className="table">
          <thead>
            <tr>
              {[texts.condition, texts.reason, texts.message, texts.since].map((text) => (
                <th key={text}>{text}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {conditions.map(({ type, status, reason, message, lastTransitionTime }) => (
              <tr key={type}>
                <td>
                  <State state={`${type}: ${status}`} tone={toneOfCondition(type, status)} />
                </td>
                <td>{reason}</td>
                <td className="application-words">{message}</td>
                <td>
                  <Age since={lastTransitionTime} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function toneOfCondition(type: string, status: string): Tone {
  if (troubles.has(type)) return status === "True" ? "bad" : "good";
  if (quiet.has(type)) return status === "True" ? (type === "Reconciling" ? "busy" : "good") : "idle";
  return status === "True" ? "good" : "warn";
}

function timeText(time: string): string {
  return new Date(time).toLocaleString();
}
