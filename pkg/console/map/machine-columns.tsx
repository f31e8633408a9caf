import type { ReactNode } from "react";
import { mapTexts as texts } from "../texts/map.ts";
import { Age } from "../ui/age.tsx";
import { State } from "../ui/state.tsx";
import { bytesText } from "./detail.ts";
import type { Machine } from "./machine.ts";

export type ColumnKey = keyof typeof texts.columns;

interface Column {
  readonly key: ColumnKey;
  readonly isNumber?: boolean;
  readonly sortBy: (machine: Machine) => string | number | undefined;
  readonly show: (machine: Machine) => ReactNode;
}

const orDash = (value: string | number | undefined): ReactNode => (value === undefined || value === "" ? "–" : value);

export const columns: readonly Column[] = [
  { key: "name", sortBy: ({ order }) => order, show: ({ name }) => name },
  { key: "state", sortBy: ({ state }) => state, show: ({ state }) => <State state={state} /> },
  { key: "site", sortBy: ({ site }) => site, show: ({ site }) => orDash(site) },
  { key: "pool", sortBy: ({ pool }) => pool, show: ({ pool }) => orDash(pool) },
  { key: "cores", isNumber: true, sortBy: ({ cores }) => cores, show: ({ cores }) => orDash(cores) },
  {
    ...{ key: "load", isNumber: true, sortBy: ({ load }) => load },
    show: ({ load }) => orDash(load?.toFixed(2)),
  },
  {
    ...{ key: "memory", isNumber: true, sortBy: ({ memoryUsed }) => memoryUsed },
    show: ({ memoryUsed, memory }) =>
      memoryUsed === undefined || memory === undefined
        ? "–"
        : texts.memoryOf(`${Math.round(memoryUsed * 100)}%`, bytesText(memory)),
  },
  {
    ...{ key: "age", isNumber: true, sortBy: ({ since }) => -since },
    show: ({ resource }) => <Age since={resource.metadata.creationTimestamp} />,
  },
];

export interface Order {
  readonly column: ColumnKey;
  readonly isDescending: boolean;
}

/** What is not known comes last, either way; what is alike in the order of names. */
export function sorted(machines: readonly Machine[], { column, isDescending }: Order): readonly Machine[] {
  const keyOf = columns.find(({ key }) => key === column)?.sortBy ?? (() => undefined);
  const sign = isDescending ? -1 : 1;
  return [...machines].sort((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    if (one !== other) {
      if (one === undefined) return 1;
      if (other === undefined) return -1;
      return one < other ? -sign : sign;
    }
    return a.order < b.order ? -1 : 1;
  });
}
