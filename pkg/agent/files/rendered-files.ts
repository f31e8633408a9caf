import { createHash } from "node:crypto";
import type { ClaimOrder, FileOrder, ProcessOrder } from "../../protocol/index.ts";
import { renderTemplate, type TemplateData } from "../../template/index.ts";

export interface RenderedFile {
  readonly order: FileOrder;
  readonly text: string;
}

/** The files of a process as they are to be now. Throws an Error that names the file. */
export function renderFiles(
  order: ProcessOrder,
  claim: ClaimOrder,
  own: { readonly address: string; readonly env: Readonly<Record<string, string>> },
): readonly RenderedFile[] {
  const data: TemplateData = {
    ...own,
    ordinal: claim.ordinal ?? null,
    members: claim.peers.components[claim.component] ?? [],
    components: claim.peers.components,
  };
  return (order.files ?? []).map((file) => ({ order: file, text: file.template ? rendered(file, data) : file.text }));
}

function rendered({ path, text }: FileOrder, data: TemplateData): string {
  try {
    return renderTemplate(text, data);
  } catch (error) {
    throw new Error(`file ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Tells texts apart without keeping them. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
