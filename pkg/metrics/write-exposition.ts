import type { ExposedValue, MeasuredFamily } from "./exposed-metric.ts";

/** text: Prometheus' own, version 0.0.4. openmetrics: version 1.0.0. */
export type ExpositionFormat = "text" | "openmetrics";

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

const total = "_total";

/** All families, in the order given. */
export function writeExposition(families: readonly MeasuredFamily[], format: ExpositionFormat): string {
  const texts = families.map((family) => familyText(family, format));
  return `${texts.join("")}${format === "openmetrics" ? "# EOF\n" : ""}`;
}

function familyText({ name, help, type, values }: MeasuredFamily, format: ExpositionFormat): string {
  // In OpenMetrics a counter is named without the suffix that its samples have.
  const isBare = format === "openmetrics" && type === "counter" && name.endsWith(total);
  const family = isBare ? name.slice(0, -total.length) : name;
  const lines = [`# HELP ${family} ${escapeHelp(help, format)}`, `# TYPE ${family} ${type}`];
  for (const value of values) lines.push(sampleText(value, name));
  return `${lines.join("\n")}\n`;
}

function sampleText({ metricName, labels, value }: ExposedValue, name: string): string {
  let text = "";
  for (const label in labels) {
    const own = labels[label];
    if (own !== undefined) text += `${text === "" ? "" : ","}${label}="${escapeLabel(String(own))}"`;
  }
  return `${metricName ?? name}${text === "" ? "" : `{${text}}`} ${numberText(value)}`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

function escapeHelp(text: string, format: ExpositionFormat): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return format === "openmetrics" ? escaped.replaceAll('"', '\\"') : escaped;
}

/** Hardly any has something to escape, and there are thousands. */
const special = /[\\\n"]/;

export function escapeLabel(value: string): string {
  if (!special.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
