import type { ReactNode } from "react";
import { operateTexts as texts } from "../texts/operate.ts";

interface SimpleTableProps {
  readonly label: string;
  /** "": a column of actions. */
  readonly titles: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
}

/** A short table, all of it drawn. */
export function SimpleTable({ label, titles, rows }: SimpleTableProps) {
  if (rows.length === 0) return <p className="quiet">{texts.none}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
    <section className="card table-scroll" tabIndex={0} aria-label={label}>
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {titles.map((title) => (
              <th key={title} scope="col">
                {title === "" ? <span className="sr-only">{texts.actions}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of one drawing have no other name
            <tr key={index}>
              {cells.map((cell, place) => (
                <td key={titles[place]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
