/** A parsed template: text as it stands, values that are put in, and parts that are repeated or left out. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly name: NamePath }
  | { readonly kind: "range"; readonly name: NamePath; readonly body: readonly TemplateNode[] }
  | {
      readonly kind: "if";
      readonly name: NamePath;
      readonly negated: boolean;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

/** `.a.b` begins at what is looked at, `$.a.b` at the whole. */
export interface NamePath {
  readonly fromRoot: boolean;
  readonly parts: readonly string[];
  readonly at: Position;
}

/** Both from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a template, and where. */
export interface TemplateFault {
  readonly at: Position;
  readonly message: string;
}
