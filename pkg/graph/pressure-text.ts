import { type Claim, findCondition } from "../api/index.ts";

/** Members named in a text; the others are counted. */
const namedMembers = 5;

/** "; under pressure: web 0 (DiskPressure), web 3 (MonitorFailed)" of those that are; "" where none is. */
export function pressureText(claims: readonly Claim[]): string {
  const names = claims.flatMap(({ spec, status }) => {
    const pressure = findCondition(status?.conditions, "Pressure");
    if (pressure?.status !== "True") return [];
    return [`${spec.component} ${spec.ordinal ?? "spare"} (${pressure.reason})`];
  });
  if (names.length === 0) return "";
  const more = names.length > namedMembers ? ` and ${names.length - namedMembers} more` : "";
  return `; under pressure: ${names.slice(0, namedMembers).join(", ")}${more}`;
}
