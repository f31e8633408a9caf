import { parseQuantity, type ResourceQuota } from "../../api/index.ts";

interface QuotaRow {
  readonly name: string;
  readonly used: string;
  readonly hard: string;
  /** Of what there may be, from 0 to 1. */
  readonly share: number;
}

export function quotaRows({ spec, status }: ResourceQuota): readonly QuotaRow[] {
  return Object.entries(status?.hard ?? spec.hard).map(([name, hard]) => {
    const used = status?.used?.[name] ?? "0";
    return { name, used: String(used), hard: String(hard), share: shareOf(amount(used), amount(hard)) };
  });
}

function amount(quantity: string | number): number {
  return Number(parseQuantity(String(quantity)) ?? 0);
}

function shareOf(used: number, hard: number): number {
  if (hard === 0) return used > 0 ? 1 : 0;
  return Math.min(1, used / hard);
}
