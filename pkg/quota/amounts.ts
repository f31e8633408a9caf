import { formatBytes, formatCpu, parseQuantity } from "../api/index.ts";

/**
 * Amounts are whole numbers: thousandths of a core, bytes, objects. Sums of them are exact, and so is what is left when all
 * has been taken away again.
 */
export function amountOf(measure: string, quantity: string | number): number {
  const value = parseQuantity(quantity) ?? 0;
  return Math.ceil(measure === "requests.cpu" ? rounded(value * 1000) : rounded(value));
}

/** As Kubernetes writes it. */
export function amountText(measure: string, amount: number): string {
  if (measure === "requests.cpu") return formatCpu(amount);
  return measure === "requests.memory" ? formatBytes(amount) : String(amount);
}

/** 0.1 + 0.2 must not become one more than 0.3. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
