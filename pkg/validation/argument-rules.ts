import { type EnvVar, forbidden, type RunTemplate, tooLong } from "../api/index.ts";
import { maxArgumentBytes } from "../protocol/index.ts";
import type { StatusCause } from "../status/index.ts";
import { expand } from "../template/index.ts";

/**
 * Arguments and variables that no machine would start a process with: longer than Linux takes, or that show a Secret to
 * everyone who lists processes. What is only known once values are there is looked at by the agent.
 */
export function argumentRules(field: string, { command, args, env }: RunTemplate): StatusCause[] {
  const secrets = secretNames(env);
  return [
    ...command.flatMap((text, index) => argumentFaults(`${field}.command[${index}]`, text, secrets)),
    ...args.flatMap((text, index) => argumentFaults(`${field}.args[${index}]`, text, secrets)),
    ...env.flatMap(({ name, value = "" }, index) => {
      const path = `${field}.env[${index}].value`;
      return [
        ...(Buffer.byteLength(`${name}=${value}`) > maxArgumentBytes ? [tooLong(path, maxArgumentBytes)] : []),
        ...secretFaults(path, value, secretNames(env.slice(0, index))),
      ];
    }),
  ];
}

function argumentFaults(field: string, text: string, secrets: ReadonlySet<string>): StatusCause[] {
  const isLong = Buffer.byteLength(text) > maxArgumentBytes;
  return [...(isLong ? [tooLong(field, maxArgumentBytes)] : []), ...secretFaults(field, text, secrets)];
}

function secretFaults(field: string, text: string, secrets: ReadonlySet<string>): StatusCause[] {
  if (secrets.size === 0) return [];
  const [name] = expand(text, { values: new Map(), secrets }).secrets;
  if (name === undefined) return [];
  return [forbidden(field, `$(${name}) is a value from a Secret: let the process read it from its environment`)];
}

/** Of variables of one name the last wins. */
function secretNames(env: readonly EnvVar[]): ReadonlySet<string> {
  const last = new Map(env.map((variable) => [variable.name, variable]));
  return new Set(
    [...last.values()].filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined).map(({ name }) => name),
  );
}
