import type { ProcessOrder } from "../../protocol/index.ts";

/** Ports by name, chosen ones in place of zeros. */
export function portsOf(order: ProcessOrder, chosen: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(order.ports.map(({ name, port }) => [name, port === 0 ? (chosen[name] ?? 0) : port]));
}
