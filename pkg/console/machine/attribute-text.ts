import { bytesText } from "../map/detail.ts";
import { ageText } from "../ui/age.ts";

const isBytes = /^(memory|disk|swap)\.(free|total|available)$|\.bytes$/;

/** What sensors found, by name, in units that people read. */
export function attributeTexts(
  attributes: Readonly<Record<string, string | number>>,
): readonly (readonly [string, string])[] {
  return Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, textOf(name, value)]);
}

function textOf(name: string, value: string | number): string {
  if (typeof value === "string") return value;
  if (isBytes.test(name)) return bytesText(value);
  if (name.startsWith("net.")) return `${bytesText(value)}/s`;
  if (name === "uptime") return ageText(value * 1000);
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 1000) / 1000);
}
