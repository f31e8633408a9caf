import { StatusError } from "../../status/index.ts";
import { convertComponent, convertDirectory } from "./components.ts";
import { type Conversion, type Manifest, Notes } from "./conversion.ts";
import { PhaseBuilder } from "./phases.ts";
import { convertSoftware } from "./software.ts";
import { child, children, parseXml, type XmlElement } from "./xml-tree.ts";

/**
 * Makes manifests of a Plush or Gush application description, or of its directory of machines. What cannot be said in
 * manifests is named in notes, with its line. Throws BadRequest where the file is no such description.
 */
export function convertPlush(file: string, text: string): Conversion {
  const root = parseXml(file, text);
  const notes = new Notes();
  const pools = convertDirectory(root, notes);
  const projects = root.name === "project" ? [root] : children(root, "project");
  if (pools.length === 0 && projects.length === 0)
    throw new StatusError(
      "BadRequest",
      `${file}:${root.line}: <${root.name}> holds neither a <project> nor a <resource_manager>`,
    );
  const manifests = [...pools, ...projects.flatMap((project) => convertProject(project, notes))];
  return { manifests, notes: notes.all };
}

const blocks = ["experiment", "application_block", "execution"];

function convertProject(project: XmlElement, notes: Notes): readonly Manifest[] {
  notes.rest(project, ["software", "component", ...blocks]);
  const software = children(project, "software").flatMap((one) => convertSoftware(one, notes));
  const components = children(project, "component").map((one) => convertComponent(project, one, notes));
  const builder = new PhaseBuilder(notes);
  for (const block of project.children.filter(({ name }) => blocks.includes(name))) addBlock(block, builder, notes);
  const application = {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name: notes.name(project, project.attributes["name"], "application") },
    spec: { components, phases: builder.phases },
  };
  return [...software, application];
}

/** <experiment> and <application_block service="1"> hold an <execution>, or the component blocks themselves. */
function addBlock(block: XmlElement, builder: PhaseBuilder, notes: Notes): void {
  const isService = block.attributes["service"] === "1";
  const execution = block.name === "execution" ? block : child(block, "execution");
  if (block.name !== "execution") notes.rest(block, ["execution", "component_block"], ["name", "service"]);
  builder.addExecution(execution ?? { ...block, attributes: {} }, { isService });
}
