import { useCallback, useMemo, useState } from "react";
import { type KubeObject, stateOf } from "../../../api/index.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Icon } from "../../ui/icon.tsx";
import { State } from "../../ui/state.tsx";
import { Cell, Windowed } from "../../ui/windowed.tsx";
import { claimsOf, componentsOf, phasesOf, processesOf } from "../groupings.ts";
import { ObjectLink } from "../object-link.tsx";
import { useOwn, useOwnObjects } from "../own-objects.ts";
import { type TreeRow, treeRows } from "./object-tree.ts";
import { Results } from "./results.tsx";
import { YamlView } from "./yaml-view.tsx";

const texts = applicationTexts.objects;
const rowHeight = 32;

/** The application and all that was made of it: as a tree, as YAML, and what it left. */
export default function ObjectsTab() {
  const { application } = useOwn();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [chosen, choose] = useState<string>();
  const rows = useRows(toggled);
  const shown = rows.find(({ uid }) => uid === chosen)?.object ?? { ...application, kind: "Application" };
  const toggle = useCallback((uid: string): void => {
    setToggled((before) => new Set(before.has(uid) ? [...before].filter((each) => each !== uid) : [...before, uid]));
  }, []);
  const row = (index: number) => {
    const each = rows[index];
    return (
      each && (
        <Row
          row={each}
          isChosen={each.object.metadata.uid === shown.metadata.uid}
          onToggle={toggle}
          onChoose={choose}
        />
      )
    );
  };
  return (
    <div className="application-objects">
      <section className="card application-section">
        <h2>{texts.tree}</h2>
        <Windowed label={texts.tree} count={rows.length} rowHeight={rowHeight} row={row} />
        <Results />
      </section>
      <YamlView object={shown} />
    </div>
  );
}

/** Open at first: what is of few; closed: the processes of each member. */
function useRows(toggled: ReadonlySet<string>): readonly TreeRow[] {
  const { application } = useOwn();
  const [components, claims] = [useOwnObjects(componentsOf), useOwnObjects(claimsOf)];
  const [phases, processes] = [useOwnObjects(phasesOf), useOwnObjects(processesOf)];
  return useMemo(
    () =>
      treeRows(application, { components, claims, phases, processes }, (uid, depth) => depth < 2 !== toggled.has(uid)),
    [application, components, claims, phases, processes, toggled],
  );
}

interface RowProps {
  readonly row: TreeRow;
  readonly isChosen: boolean;
  readonly onToggle: (uid: string) => void;
  readonly onChoose: (uid: string) => void;
}

function Row({ row: { object, depth, uid, isOpen }, isChosen, onToggle, onChoose }: RowProps) {
  return (
    <div className="application-tree-row" style={{ paddingLeft: depth * 18 }} data-chosen={isChosen}>
      <Cell className="application-tree-name">
        {isOpen === undefined ? (
          <span className="application-expand" />
        ) : (
          <button
            type="button"
            className="application-expand"
            aria-expanded={isOpen}
            aria-label={texts.expand(nameOf(object))}
            onClick={() => onToggle(uid)}
          >
            <Icon name="chevron" />
          </button>
        )}
        <ObjectLink object={object} />
      </Cell>
      <Cell>
        <State state={stateOf(object) || undefined} />
      </Cell>
      <Cell>
        <button
          type="button"
          className="icon-button"
          aria-label={texts.yamlOf(nameOf(object))}
          aria-pressed={isChosen}
          title={texts.yamlOf(nameOf(object))}
          onClick={() => onChoose(uid)}
        >
          <Icon name="file" />
        </button>
      </Cell>
    </div>
  );
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}
