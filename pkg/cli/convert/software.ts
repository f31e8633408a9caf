import { basename } from "node:path/posix";
import type { Manifest, Notes } from "./conversion.ts";
import { child, children, childText, type XmlElement } from "./xml-tree.ts";

/** Types of software that differ from what the file's own name says. */
const formats: Readonly<Record<string, string>> = { none: "file", tar: "tar", zip: "zip" };

const packed = /\.(tar|tgz|tar\.gz|tzst|tar\.zst|zip)$/;

/** A Software for each <software> of the project; its packages after the first become Software of their own. */
export function convertSoftware(element: XmlElement, notes: Notes): readonly Manifest[] {
  notes.rest(element, ["package"], ["name", "type"]);
  const name = notes.name(element, element.attributes["name"], "software");
  const type = element.attributes["type"] ?? "none";
  const packages = children(element, "package");
  if (packages.length === 0)
    notes.add(element, `<software name="${name}"> has no <package>: nothing is fetched for it`);
  if (!(type in formats))
    notes.add(element, `type="${type}" is not known here; the format is guessed from the file's name`);
  return packages.map((one, index) =>
    convertPackage(one, { name: index === 0 ? name : `${name}-${index + 1}`, type }, notes),
  );
}

function convertPackage(
  element: XmlElement,
  { name, type }: { readonly name: string; readonly type: string },
  notes: Notes,
): Manifest {
  notes.rest(element, ["path", "dest", "dest_path"], ["name", "type"]);
  const path = childText(element, "path") ?? "";
  if (path === "") notes.add(element, `<package> of ${name} has no <path>: fill in spec.source`);
  const target = childText(element, "dest") ?? childText(element, "dest_path");
  if (target !== undefined && basename(target) !== basename(path))
    notes.add(
      child(element, "dest") ?? element,
      `the package was stored as ${target}; here it is found at ${name}/ in the working directory`,
    );
  const isUrl = /^(https?|ftp):\/\//.test(path);
  if (path.startsWith("ftp:")) notes.add(element, `${path}: ftp is not supported; serve it by https`);
  const format = packed.test(path) ? undefined : formats[type];
  return {
    apiVersion: "plush.dev/v1",
    kind: "Software",
    metadata: { name },
    spec: {
      source: isUrl ? { url: path } : { file: path || "FILL-ME-IN" },
      ...(format !== undefined && { format }),
    },
  };
}

/** Names of the Software objects that <software name="…"/> in a component stands for. */
export function softwareNames(project: XmlElement, reference: XmlElement, notes: Notes): readonly string[] {
  const wanted = reference.attributes["name"];
  const found = children(project, "software").find((one) => one.attributes["name"] === wanted);
  const name = notes.name(reference, wanted, "software");
  if (found === undefined) {
    notes.add(reference, `software ${JSON.stringify(wanted)} is not described in the project`);
    return [name];
  }
  const count = Math.max(1, children(found, "package").length);
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}
