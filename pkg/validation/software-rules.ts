import { forbidden, invalidValue, required, type Software, type SoftwareSource } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { command, exactlyOne, positiveDuration } from "./checks.ts";

export function softwareRules({ spec }: Software): StatusCause[] {
  const { source, sha256 } = spec;
  return [
    ...(source === undefined ? [] : sourceRules(spec, source)),
    ...(source === undefined && sha256 !== undefined ? [forbidden("spec.sha256", "there is no source")] : []),
    ...command("spec.install", spec.install),
    ...command("spec.check", spec.check),
    ...command("spec.uninstall", spec.uninstall),
    ...positiveDuration("spec.timeout", spec.timeout),
  ];
}

function sourceRules({ sha256, format }: Software["spec"], source: SoftwareSource): StatusCause[] {
  const { url, blob, file, fileName } = source;
  const name = fileName ?? (url === undefined ? undefined : url.replace(/[?#].*$/, ""));
  return [
    ...exactlyOne("spec.source", { url, blob, file }),
    ...(file === undefined ? [] : [forbidden("spec.source.file", "a file is uploaded first, by `plush apply`")]),
    ...(blob !== undefined && sha256 !== undefined && blob !== `sha256:${sha256}`
      ? [invalidValue("spec.sha256", sha256, "is not the digest of source.blob")]
      : []),
    ...(format === undefined && file === undefined && formatOfName(name) === undefined
      ? [required("spec.format", "it cannot be told from the name")]
      : []),
  ];
}

/** The format that a file's name says it has: tar, tar.gz (also tgz) or zip. */
export function formatOfName(name: string | undefined): NonNullable<Software["spec"]["format"]> | undefined {
  if (name === undefined) return undefined;
  if (/\.(tar\.gz|tgz)$/i.test(name)) return "tar.gz";
  if (/\.tar$/i.test(name)) return "tar";
  return /\.zip$/i.test(name) ? "zip" : undefined;
}
