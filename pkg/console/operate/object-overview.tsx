import { useCallback } from "react";
import { type Condition, type KindInfo, type KubeObject, keyOf } from "../../api/index.ts";
import { dig, fields, list, text } from "../../merge/index.ts";
import { bestPage } from "../actions/links.ts";
import { Link } from "../app/router.tsx";
import { useSelected, useWorld } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Age } from "../ui/age.tsx";
import { State } from "../ui/state.tsx";
import { shownColumns } from "./cell-value.ts";
import { conditionTone } from "./condition-tone.ts";
import { isOwnedBy, ownedKindsOf, ownersOf } from "./relations.ts";

interface OverviewProps {
  readonly kind: KindInfo;
  readonly object: KubeObject;
}

/** What a kind's tables show, conditions, labels, and whom it belongs to. */
export function ObjectOverview({ kind, object }: OverviewProps) {
  const world = useWorld();
  const { labels = {}, annotations = {}, creationTimestamp } = object.metadata;
  const owners = ownersOf(object);
  return (
    <div className="object-overview">
      <section className="card">
        <dl className="facts">
          {shownColumns(kind, () => world.now()).map(({ name, description, read }) => {
            const { text: value, since } = read(object);
            if (value === "" && since === undefined) return null;
            return (
              <div key={name}>
                <dt title={description}>{name}</dt>
                <dd>{since === undefined ? value : <Age since={since} isAgo />}</dd>
              </div>
            );
          })}
          <div>
            <dt>{texts.created}</dt>
            <dd>
              <Age since={creationTimestamp} isAgo />
            </dd>
          </div>
          {owners.map(({ kind: ownerKind, namespace, name }) => (
            <div key={`${ownerKind.kind} ${name}`}>
              <dt>{texts.owners}</dt>
              <dd>
                <Link to={bestPage(ownerKind, { namespace, name })}>
                  {ownerKind.singular} {name}
                </Link>
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <Conditions object={object} />
      {ownedKindsOf(kind).map((owned) => (
        <Owned key={owned.kind} kind={owned} uid={object.metadata.uid} />
      ))}
      <Chips title={texts.labels} values={labels} />
      <Chips title={texts.annotations} values={annotations} />
    </div>
  );
}

function Conditions({ object }: { readonly object: KubeObject }) {
  const conditions = list(dig(object, "status", "conditions")).map((value) => fields(value) as Partial<Condition>);
  if (conditions.length === 0) return null;
  return (
    <section className="card">
      <h2>{texts.conditions}</h2>
      <ul className="operate-conditions">
        {conditions.map(({ type = "", status, reason, message, lastTransitionTime }) => (
          <li key={type}>
            <State state={type} tone={conditionTone(type, status)} />
            <span>
              {status} <strong>{reason}</strong> {message}
            </span>
            <span className="quiet">
              <Age since={lastTransitionTime} isAgo />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** As many links are of use; the table of the kind has all of them. */
const maxOwned = 60;

function Owned({ kind, uid }: { readonly kind: KindInfo; readonly uid: string | undefined }) {
  const owned = useSelected(
    kind,
    useCallback((objects: Objects<KubeObject>) => [...objects.values()].filter((each) => isOwnedBy(each, uid)), [uid]),
  );
  if (owned.length === 0) return null;
  return (
    <section className="card">
      <h2>
        {kind.plural} <span className="quiet">{owned.length}</span>
      </h2>
      <ul className="chips">
        {owned.slice(0, maxOwned).map((each) => (
          <li key={each.metadata.uid}>
            <Link className="chip" to={bestPage(kind, keyOf(each))}>
              {each.metadata.name} <span className="quiet">{text(dig(each, "status", "state"))}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Chips({ title, values }: { readonly title: string; readonly values: Readonly<Record<string, string>> }) {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <section className="card">
      <h2>{title}</h2>
      <ul className="chips">
        {entries.map(([name, value]) => (
          <li key={name} className="chip">
            <span className="quiet">{name}</span> {value}
          </li>
        ))}
      </ul>
    </section>
  );
}
