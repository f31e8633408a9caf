import { memo } from "react";
import { type KindInfo, type KubeObject, keyOf } from "../../api/index.ts";
import { ActionMenu } from "../actions/action-menu.tsx";
import { objectPage } from "../actions/links.ts";
import { Link } from "../app/router.tsx";
import type { Row } from "../live/sorted-rows.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Age } from "../ui/age.tsx";
import { State } from "../ui/state.tsx";
import { TableRow } from "../ui/windowed-table.tsx";
import type { ShownColumn } from "./cell-value.ts";
import { isStateColumn } from "./shown-kinds.ts";

interface ObjectRowProps {
  readonly kind: KindInfo;
  readonly index: number;
  readonly row: Row<KubeObject>;
  readonly columns: readonly ShownColumn[];
  readonly showsNamespace: boolean;
  readonly isChosen: boolean;
  readonly onTurn: (row: Row<KubeObject>) => void;
}

/** Drawn anew only where its object is another, or stands elsewhere. */
export const ObjectRow = memo(DrawnRow, (a, b) =>
  [
    a.row.object === b.row.object,
    a.index === b.index,
    a.isChosen === b.isChosen,
    a.columns === b.columns,
    a.showsNamespace === b.showsNamespace,
  ].every(Boolean),
);

function DrawnRow({ kind, index, row, columns, showsNamespace, isChosen, onTurn }: ObjectRowProps) {
  const { object } = row;
  const { name = "", namespace, creationTimestamp } = object.metadata;
  return (
    <TableRow index={index} isChosen={isChosen}>
      <td>
        <input type="checkbox" aria-label={texts.choose(name)} checked={isChosen} onChange={() => onTurn(row)} />
      </td>
      <td title={name}>
        <Link to={objectPage(kind, keyOf(object))}>{name}</Link>
      </td>
      {showsNamespace && <td className="is-minor">{namespace}</td>}
      {columns.map((column) => (
        <Cell key={column.name} column={column} object={object} />
      ))}
      <td>
        <Age since={creationTimestamp} />
      </td>
      <td>
        <ActionMenu object={object} kind={kind} />
      </td>
    </TableRow>
  );
}

function Cell({ column, object }: { readonly column: ShownColumn; readonly object: KubeObject }) {
  const { text, since } = column.read(object);
  return (
    <td className={column.isMinor ? "is-minor" : undefined} title={text}>
      {since !== undefined ? (
        <Age since={since} />
      ) : isStateColumn(column.name) && text !== "" ? (
        <State state={text} />
      ) : (
        text
      )}
    </td>
  );
}
