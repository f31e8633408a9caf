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
    ...credentialRules(source),
    ...(file === undefined ? [] : [forbidden("spec.source.file", "a file is uploaded first, by `plush apply`")]),
    ...(blob !== undefined && sha256 !== undefined && blob !== `sha256:${sha256}`
      ? [invalidValue("spec.sha256", sha256, "is not the digest of source.blob")]
      : []),
    ...(format === undefined && isUnsupportedArchive(name) ? [required("spec.format", unsupportedText)] : []),
  ];
}

function credentialRules({ url, secretRef }: SoftwareSource): StatusCause[] {
  if (secretRef === undefined) return [];
  if (url === undefined) return [forbidden("spec.source.secretRef", "belongs to url")];
  const isSafe = /^https:/i.test(url) || /^http:\/\/(localhost|127\.[0-9.]+|\[::1\])([:/]|$)/i.test(url);
  return isSafe ? [] : [invalidValue("spec.source.url", url, "must be https: credentials are not sent in the clear")];
}

/** The name says an archive that is not unpacked; to be put there as it is, that has to be said. */
function isUnsupportedArchive(name: string | undefined): boolean {
  return name !== undefined && unsupportedArchive.test(name) && !/\.tar\.gz$/i.test(name);
}

const unsupportedArchive = /\.(tar\.(zst|xz|bz2)|tbz2?|txz|gz|xz|zst|bz2|7z|rar|deb|rpm)$/i;
const unsupportedText = "archives are tar, tar.gz and zip; file puts it there as it is";
