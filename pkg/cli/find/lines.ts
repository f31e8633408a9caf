import type { FoundMachine, ResourceQueryStatus } from "../../api/index.ts";
import { alignColumns } from "../printers/columns.ts";

/** The machines that were found, as a table; "" where there are none. */
export function setTable({ sets }: ResourceQueryStatus): string {
  const rows = sets.flatMap(({ group, resources }) => resources.map((one) => [group, ...machineCells(one)]));
  return rows.length === 0 ? "" : alignColumns([["GROUP", "MACHINE", "PENALTY", "CLAIMS", "FOR"], ...rows]);
}

/** Every machine that was looked at, for each group: what it pays, or why it will not do. */
export function explainTable({ sets, others = [], refused = [] }: ResourceQueryStatus): string {
  const rows = [
    ...sets.flatMap(({ group, resources }) => resources.map((one) => [group, one.resource, "taken", ...whyCells(one)])),
    ...others.map((one) => [one.group, one.resource, "would do", ...whyCells(one)]),
    ...refused.map(({ group, resource, reason, message }) => [
      group,
      resource,
      "refused",
      "",
      "",
      `${reason}: ${message}`,
    ]),
  ];
  return alignColumns([["GROUP", "MACHINE", "VERDICT", "PENALTY", "CLAIMS", "WHY"], ...rows]);
}

function machineCells(machine: FoundMachine): readonly string[] {
  return [machine.resource, ...whyCells(machine)];
}

function whyCells({ penalty, claims, terms }: FoundMachine): readonly string[] {
  return [amount(penalty), String(claims), terms.map((one) => `${one.term} ${amount(one.penalty)}`).join(", ")];
}

/** What is exact stands in -o json. */
function amount(penalty: number): string {
  return String(Math.round(penalty * 1000) / 1000);
}
