import { areas, type Finding, type Verdict } from "../../doctor/index.ts";
import type { Paint } from "../terminal.ts";

const paints: Readonly<Record<Verdict, Paint>> = { Good: "green", Warning: "yellow", Bad: "red" };
const areaWidth = Math.max(...areas.map(({ length }) => length));
const verdictWidth = "warning".length;

/** A line for each finding, the worst first in each area, and below it what to do. */
export function findingLines(
  findings: readonly Finding[],
  paint: (colour: Paint, text: string) => string,
): readonly string[] {
  const ranks: Readonly<Record<Verdict, number>> = { Bad: 0, Warning: 1, Good: 2 };
  return areas.flatMap((area) =>
    findings
      .filter((finding) => finding.area === area)
      .sort((one, other) => ranks[one.verdict] - ranks[other.verdict])
      .flatMap(({ verdict, message, mend }) => [
        `${area.padEnd(areaWidth)}  ${paint(paints[verdict], verdict.toLowerCase().padEnd(verdictWidth))}  ${message}`,
        ...(mend === undefined ? [] : [`${" ".repeat(areaWidth + verdictWidth + 4)}→ ${mend}`]),
      ]),
  );
}

/** "1 bad, 2 warnings", or that all is well. */
export function summaryLine(findings: readonly Finding[]): string {
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  const [bad, warnings] = [count("Bad"), count("Warning")];
  const parts = [
    ...(bad > 0 ? [`${bad} bad`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings > 1 ? "s" : ""}`] : []),
  ];
  return parts.length === 0 ? "all is well" : parts.join(", ");
}
