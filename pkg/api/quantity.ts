const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Reads a quantity as Kubernetes writes it: "500m" is 0.5, "256Mi" 268435456. Undefined where the text is none. */
export function parseQuantity(quantity: string | number): number | undefined {
  if (typeof quantity === "number") return Number.isFinite(quantity) ? quantity : undefined;
  const parts = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(quantity);
  if (parts === null) return undefined;
  const [, digits, exponent = "", unit = ""] = parts;
  const value = Number(`${digits}${exponent}`) * (factors[unit] ?? 1);
  return Number.isFinite(value) ? value : undefined;
}

/** Thousandths of a core, rounded up; of a quantity that was validated before. */
export function cpuMillis(quantity: string | number): number {
  return roundUp(known(quantity) * 1000);
}

/** Bytes, rounded up; of a quantity that was validated before. */
export function memoryBytes(quantity: string | number): number {
  return roundUp(known(quantity));
}

/** Writes bytes with the largest binary unit that holds them exactly: 268435456 as "256Mi". */
export function formatBytes(bytes: number): string {
  for (const unit of ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"]) {
    const factor = factors[unit] ?? 1;
    if (bytes !== 0 && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}

/** Writes thousandths of a core: 1500 as "1500m", 2000 as "2". */
export function formatCpu(millis: number): string {
  return millis % 1000 === 0 ? String(millis / 1000) : `${millis}m`;
}

function known(quantity: string | number): number {
  const value = parseQuantity(quantity);
  if (value === undefined) throw new Error(`not a quantity: ${JSON.stringify(quantity)}`);
  return value;
}

/** 0.1 + 0.2 must not become one more than 0.3. */
function roundUp(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-6 ? nearest : Math.ceil(value);
}
