import {
  forbidden,
  invalidValue,
  required,
  type Software,
  type SoftwareFormat,
  type SoftwareSource,
  type SoftwareVariant,
} from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { command, exactlyOne, positiveDuration } from "./checks.ts";

export function softwareRules({ spec }: Software): StatusCause[] {
  const { source, sha256, format, scope, variants = [] } = spec;
  return [
    ...(source === undefined ? [] : originRules("spec", scope, { source, ...said({ sha256, format }) })),
    ...(source === undefined && sha256 !== undefined ? [forbidden("spec.sha256", "there is no source")] : []),
    ...variants.flatMap((variant, index) => [
      ...(Object.keys(variant.match).length === 0
        ? [required(`spec.variants[${index}].match`, "names an attribute of machines, like arch")]
        : []),
      ...originRules(`spec.variants[${index}]`, scope, variant),
    ]),
    ...packageRules(spec),
    ...command("spec.install", spec.install),
    ...command("spec.check", spec.check),
    ...command("spec.uninstall", spec.uninstall),
    ...positiveDuration("spec.timeout", spec.timeout),
  ];
}

type Origin = Pick<SoftwareVariant, "source" | "sha256" | "format">;

function said({ sha256, format }: { sha256: string | undefined; format: SoftwareFormat | undefined }) {
  return { ...(sha256 !== undefined && { sha256 }), ...(format !== undefined && { format }) };
}

function originRules(path: string, scope: Software["spec"]["scope"], origin: Origin): StatusCause[] {
  const { source, sha256, format } = origin;
  const { url, git, blob, file } = source;
  const name = nameOf(source);
  const isForeign = format === undefined && isUnsupportedArchive(name);
  return [
    ...exactlyOne(`${path}.source`, { url, git, blob, file }),
    ...addressRules(`${path}.source`, source),
    ...(file === undefined ? [] : [forbidden(`${path}.source.file`, "a file is uploaded first, by `plush apply`")]),
    ...(blob !== undefined && sha256 !== undefined && blob !== `sha256:${sha256}`
      ? [invalidValue(`${path}.sha256`, sha256, "is not the digest of source.blob")]
      : []),
    ...(isForeign ? [required(`${path}.format`, unsupportedText)] : []),
    ...(git !== undefined && format !== undefined && format !== "tar"
      ? [forbidden(`${path}.format`, "a commit comes as a tree of files")]
      : []),
    ...(scope === "Claim" && packageFormat(origin) !== undefined
      ? [required("spec.scope", `must be Host: a ${packageFormat(origin)} is installed for the whole machine`)]
      : []),
  ];
}

/** What is the package manager's own is not said by the object. */
function packageRules({ source, variants = [], ...spec }: Software["spec"]): StatusCause[] {
  const own = source === undefined ? [] : [{ source, ...said({ sha256: spec.sha256, format: spec.format }) }];
  const found = [...own, ...variants].map(packageFormat).find((format) => format !== undefined);
  if (found === undefined) return [];
  const { install, check, uninstall } = spec;
  return Object.entries({ install, check, uninstall }).flatMap(([field, value]) =>
    value === undefined ? [] : [forbidden(`spec.${field}`, `a ${found} has scripts of its own`)],
  );
}

function packageFormat({ source, format }: Origin): "deb" | "rpm" | undefined {
  if (format === "deb" || format === "rpm") return format;
  const ending = format === undefined ? /\.(deb|rpm)$/.exec(nameOf(source) ?? "")?.[1] : undefined;
  return ending === "deb" || ending === "rpm" ? ending : undefined;
}

function nameOf({ fileName, url }: SoftwareSource): string | undefined {
  return fileName ?? url?.replace(/[?#].*$/, "");
}

function addressRules(path: string, { url, git, secretRef }: SoftwareSource): StatusCause[] {
  const field = git === undefined ? `${path}.url` : `${path}.git.url`;
  const address = git?.url ?? url;
  if (address !== undefined && /^[a-z]+:\/\/[^/@]*:[^/@]*@/i.test(address)) {
    return [invalidValue(field, "(not shown)", "holds a password: write it into a Secret, and name that in secretRef")];
  }
  if (secretRef === undefined) return [];
  if (address === undefined) return [forbidden(`${path}.secretRef`, "belongs to url or git")];
  const isSafe =
    /^https:/i.test(address) ||
    /^http:\/\/(localhost|127\.[0-9.]+|\[::1\])([:/]|$)/i.test(address) ||
    (git !== undefined && !/^http:/i.test(address));
  return isSafe ? [] : [invalidValue(field, address, "must be https: credentials are not sent in the clear")];
}

/** The name says an archive that is not unpacked; to be put there as it is, that has to be said. */
function isUnsupportedArchive(name: string | undefined): boolean {
  return name !== undefined && unsupportedArchive.test(name) && !/\.tar\.(gz|zst)$/i.test(name);
}

const unsupportedArchive = /\.(tar\.(xz|bz2)|tbz2?|txz|gz|xz|zst|bz2|7z|rar)$/i;
const unsupportedText = "archives are tar, tar.gz, tar.zst and zip; file puts it there as it is";
