import type { ResourcePool } from "../../api/index.ts";
import { operateTexts as texts } from "../texts/operate.ts";

/** What there is to say of a pool, beside the states of its machines. */
export function poolFacts({ spec, status }: ResourcePool): readonly (readonly [string, string])[] {
  const { size, loan, lend, brake, tree, provider, access } = spec;
  const kind = Object.keys(provider)[0] ?? "";
  const borrowed = provider.borrow;
  return [
    [
      texts.provider,
      borrowed === undefined ? (status?.provider ?? kind) : texts.borrows(borrowed.count, borrowed.pool),
    ],
    [texts.machines, countsOf(status)],
    [texts.waiting, (status?.waiting ?? 0) > 0 ? String(status?.waiting) : ""],
    [texts.size, size === undefined ? "" : sizeText(size, status?.making ?? [])],
    [
      texts.lease,
      [loan && texts.leaseOf(loan.duration, loan.renewBefore), lendText(lend, status?.lent)].filter(isText).join("; "),
    ],
    [
      texts.brake,
      status?.braked === true
        ? texts.brakeOn
        : texts.brakeRule(String(brake.maxFailedPercent), brake.minFailed, brake.window),
    ],
    [texts.tree, tree === undefined ? texts.star : texts.treeOf(tree.fanOut)],
    [texts.access, access.namespaces.includes("*") ? texts.allNamespaces : access.namespaces.join(", ")],
  ];
}

function countsOf(status: ResourcePool["status"]): string {
  const { resources = 0, ready = 0, free = 0, claimed = 0, unreachable = 0, failed = 0 } = status ?? {};
  const parts: readonly (readonly [string, number])[] = [
    ...([
      [texts.ready, ready],
      [texts.free, free],
      [texts.claimed, claimed],
    ] as const),
    ...([
      [texts.unreachable, unreachable],
      [texts.failed, failed],
    ] as const),
  ];
  const shown = parts.filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name.toLowerCase()}`);
  return shown.length === 0 ? String(resources) : `${resources}: ${shown.join(", ")}`;
}

function sizeText({ min, max }: { readonly min: number; readonly max: number }, making: readonly string[]): string {
  const size = texts.sizeOf(min, max);
  return making.length === 0 ? size : `${size}; ${texts.making(making.join(", "))}`;
}

function lendText(lend: ResourcePool["spec"]["lend"], lent = 0): string | undefined {
  if (lend === undefined) return undefined;
  const to = texts.lendsTo(lend.pools.join(", "), lend.max);
  return lent > 0 ? `${to}, ${texts.lent(lent)}` : to;
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
