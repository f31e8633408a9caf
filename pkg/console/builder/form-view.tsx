import { fields, list, text } from "../../merge/index.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Shape } from "../ui/state.tsx";
import { addBlock, removeBlock, renameBlock } from "./block-edits.ts";
import type { Place } from "./blocks.ts";
import type { ParsedDocument } from "./document.ts";
import { at, type Path } from "./edit-value.ts";
import { FieldList, type FormContext } from "./form-fields.tsx";
import { TextInput } from "./form-inputs.tsx";
import type { Problem } from "./manifest-set.ts";
import { MatchView } from "./match-view.tsx";
import type { Schemas } from "./schemas.ts";
import type { Builder } from "./use-builder.ts";

export interface FormViewProps {
  readonly builder: Builder;
  readonly schemas: Schemas;
  readonly problems: readonly Problem[];
  /** Of objects that say none. */
  readonly namespace: string;
  readonly suggest: FormContext["suggest"];
}

/** The form of the selected block, made from the server's schemas. */
export function FormView({ builder, schemas, problems, namespace, suggest }: FormViewProps) {
  const { good, selected } = builder;
  const document = good.documents[selected?.document ?? -1];
  if (selected === undefined || document === undefined) return <p className="builder-hint">{texts.nothingSelected}</p>;
  const own = problems.filter((one) => one.document === document.index);
  const context: FormContext = {
    schemas,
    ...{ apiVersion: document.apiVersion, kind: document.kind, problems: own, suggest },
    edit: (edits, tag) => builder.edit(document.index, edits, tag),
    rename: (path, name) =>
      builder.change((parsed) => ({ text: renameBlock(parsed, { document: document.index, path }, name) })),
  };
  return (
    <div className="builder-form" key={`${document.index}/${selected.path.join("/")}`}>
      <FormHead document={document} place={selected} builder={builder} />
      <OwnProblems problems={own} path={selected.path} />
      <FormBody document={document} place={selected} builder={builder} context={context} />
      {selected.path[1] === "components" && (
        <MatchView document={document} index={Number(selected.path[2])} namespace={document.namespace ?? namespace} />
      )}
    </div>
  );
}

interface PartProps {
  readonly document: ParsedDocument;
  readonly place: Place;
  readonly builder: Builder;
}

function FormHead({ document, place, builder }: PartProps) {
  const { path } = place;
  const crumbs = path.length === 0 ? [] : [{ name: document.name, path: [] as Path }];
  if (path.length > 3)
    crumbs.push({ name: text(fields(at(document.value, path.slice(0, 3)))["name"]), path: path.slice(0, 3) });
  return (
    <header className="builder-form-head">
      <div>
        <nav aria-label={texts.form}>
          {crumbs.map((crumb) => (
            <button
              type="button"
              className="builder-crumb"
              key={crumb.path.join("/")}
              onClick={() => builder.select({ document: document.index, path: crumb.path })}
            >
              {crumb.name || texts.unnamed} <Icon name="chevron" />
            </button>
          ))}
        </nav>
        <h2>{titleOf(document, path)}</h2>
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={texts.remove}
        title={texts.remove}
        onClick={() => builder.change((parsed) => ({ text: removeBlock(parsed, place), select: "nothing" }))}
      >
        <Icon name="trash" />
      </button>
    </header>
  );
}

function titleOf({ kind, name, value }: ParsedDocument, path: Path): string {
  if (path.length === 0) return `${kind} ${name}`;
  const own = text(fields(at(value, path))["name"]);
  if (path.at(-1) === "work") return texts.work;
  const word =
    path[3] === "processes"
      ? texts.addKinds.process
      : path[1] === "phases"
        ? texts.addKinds.phase
        : texts.addKinds.component;
  return `${word} ${own}`;
}

/** What is said about the block itself, or about fields that its form does not show. */
function OwnProblems({ problems, path }: { readonly problems: readonly Problem[]; readonly path: Path }) {
  const own = problems.filter(
    (one) => one.path.length <= path.length && one.path.every((step, at) => path[at] === step),
  );
  return own.map(({ message, line }) => (
    <p key={message} className="builder-problem">
      <Shape tone="bad" /> {message} <span className="quiet">{texts.line(line)}</span>
    </p>
  ));
}

function FormBody({ document, place, builder, context }: PartProps & { readonly context: FormContext }) {
  const { path } = place;
  if (context.schemas.ofKind(document.apiVersion, document.kind) === undefined)
    return <p className="builder-hint">{texts.noSchema(document.kind)}</p>;
  if (path.length > 0) {
    const isPhase = path.length === 3 && path[1] === "phases";
    return (
      <>
        {isPhase && <ProcessList document={document} place={place} builder={builder} />}
        <FieldList
          context={context}
          path={path}
          value={at(document.value, path)}
          leftOut={isPhase ? ["processes"] : []}
        />
      </>
    );
  }
  const leftOut = document.kind === "Application" ? ["components", "phases"] : [];
  const hasSpec = context.schemas.at(document.apiVersion, document.kind, ["spec"]) !== undefined;
  return (
    <>
      <ObjectName document={document} context={context} />
      <FieldList
        context={context}
        path={hasSpec ? ["spec"] : []}
        value={hasSpec ? document.value["spec"] : document.value}
        leftOut={leftOut}
      />
    </>
  );
}

function ObjectName({ document, context }: { readonly document: ParsedDocument; readonly context: FormContext }) {
  const path: Path = ["metadata", "name"];
  const problems = context.problems.filter((one) => one.path.join("/") === path.join("/"));
  return (
    <div className="builder-field">
      <label htmlFor="builder-object-name">
        {texts.name} <span className="builder-required">*</span>
      </label>
      <TextInput
        id="builder-object-name"
        value={document.name}
        placeholder=""
        isLate
        onChange={(name) => context.edit([name === "" ? { type: "delete", path } : { type: "set", path, value: name }])}
      />
      {problems.map(({ message }) => (
        <p key={message} className="builder-problem">
          <Shape tone="bad" /> {message}
        </p>
      ))}
    </div>
  );
}

/** The processes of a phase, each with a form of its own. */
function ProcessList({ document, place, builder }: PartProps) {
  const processes = list(at(document.value, [...place.path, "processes"]));
  const work = at(document.value, [...place.path, "work"]);
  const open = (path: Path): void => builder.select({ document: document.index, path: [...place.path, ...path] });
  return (
    <section className="builder-group">
      <h3>{texts.processes}</h3>
      <ul className="builder-process-list">
        {processes.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a process is known by its place
          <li key={index}>
            <Button look="quiet" onClick={() => open(["processes", index])}>
              {text(fields(one)["name"]) || texts.unnamed} <Icon name="chevron" />
            </Button>
          </li>
        ))}
        {work !== undefined && (
          <li>
            <Button look="quiet" onClick={() => open(["work"])}>
              {texts.work} <Icon name="chevron" />
            </Button>
          </li>
        )}
      </ul>
      {work === undefined && (
        <Button onClick={() => builder.change((parsed) => addBlock(parsed, "process", place))}>
          <Icon name="setup" /> {texts.addKinds.process}
        </Button>
      )}
    </section>
  );
}
