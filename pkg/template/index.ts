/**
 * References in arguments and variables, $(NAME); and the language of template files: names of a fixed world (members, addresses, variables), range and if, and nothing that
 * runs. Pure: checked at admission with line and column, rendered on the machine.
 */
export { checkTemplate } from "./check.ts";
export { type Expansion, expand, type Variables } from "./expand.ts";
export type { KnownNames } from "./names.ts";
export type { TemplateFault } from "./node.ts";
export { renderTemplate, type TemplateData, type TemplateMember } from "./render.ts";
