import { useId, useState } from "react";
import { fields, isObject, list, text } from "../../merge/index.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Shape } from "../ui/state.tsx";
import type { Edit, Path } from "./edit-value.ts";
import { ChoiceInput, LinesInput, MapInput, SwitchInput, TextInput } from "./form-inputs.tsx";
import type { Problem } from "./manifest-set.ts";
import { type FormField, formFields, readTyped } from "./schema-form.ts";
import type { Schemas } from "./schemas.ts";

/** What all fields of a form share. */
export interface FormContext {
  readonly schemas: Schemas;
  readonly apiVersion: string;
  readonly kind: string;
  /** Those of the object. */
  readonly problems: readonly Problem[];
  /** `tag`: changes of the same field are one step back. */
  readonly edit: (edits: readonly Edit[], tag?: string) => void;
  /** Gives the block at a path another name, and whoever speaks of it too. */
  readonly rename: (path: Path, name: string) => void;
  /** Names that a field may well have: those of phases, components, pools … */
  readonly suggest: (path: Path) => readonly string[];
}

interface FieldListProps {
  readonly context: FormContext;
  /** Of the object whose fields these are. */
  readonly path: Path;
  readonly value: unknown;
  readonly leftOut?: readonly string[];
}

/** The fields of an object; what is rarely wanted stands behind "more". */
export function FieldList({ context, path, value, leftOut = [] }: FieldListProps) {
  const [isOpen, setOpen] = useState(false);
  const { schemas, apiVersion, kind } = context;
  const all = formFields(schemas, { apiVersion, kind, path, leftOut }, value);
  const hasProblem = (field: FormField): boolean => problemsBelow(context, field.path).length > 0;
  const shown = all.filter((field) => isOpen || !field.isRare || hasProblem(field));
  const rare = all.length - all.filter((field) => !field.isRare || hasProblem(field)).length;
  return (
    <>
      {shown.map((field) => (
        <Field key={field.name} context={context} field={field} />
      ))}
      {rare > 0 && (
        <Button look="quiet" className="builder-more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "close" : "more"} /> {isOpen ? texts.fewer : texts.more(rare)}
        </Button>
      )}
    </>
  );
}

interface FieldProps {
  readonly context: FormContext;
  readonly field: FormField;
}

function Field({ context, field }: FieldProps) {
  const id = useId();
  const { widget, name, help, isRequired, path } = field;
  if (widget.type === "group") return <GroupField context={context} field={field} />;
  if (widget.type === "items") return <ItemsField context={context} field={field} />;
  const problems = problemsBelow(context, path);
  return (
    <div className="builder-field" data-bad={problems.length > 0}>
      <label htmlFor={id} title={help}>
        {name} {isRequired && <span className="builder-required">*</span>}
      </label>
      <Input id={id} context={context} field={field} />
      <p className="builder-help" id={`${id}-help`}>
        {help}
      </p>
      <FieldProblems problems={problems} />
    </div>
  );
}

function Input({ id, context, field }: FieldProps & { readonly id: string }) {
  const { widget, value, path, name } = field;
  const set = (next: unknown): void =>
    context.edit([next === undefined ? { type: "delete", path } : { type: "set", path, value: next }], path.join("/"));
  const shared = { id, describedBy: `${id}-help` };
  switch (widget.type) {
    case "text":
    case "number": {
      const mayBeNumber = widget.type === "number" || widget.mayBeNumber;
      const isName = name === "name" && path.length === 4;
      const change = (typed: string): void =>
        isName && typed !== "" ? context.rename(path.slice(0, -1), typed) : set(readTyped(typed, mayBeNumber));
      const suggestions = context.suggest(path);
      // Names are taken when they are whole: half a name may be that of another.
      return (
        <TextInput
          {...shared}
          value={text(value)}
          placeholder={widget.placeholder}
          isLate={name === "name"}
          suggestions={suggestions}
          isNumber={widget.type === "number"}
          onChange={change}
        />
      );
    }
    case "switch":
      return (
        <SwitchInput
          {...shared}
          value={typeof value === "boolean" ? value : widget.isOn}
          onChange={(isOn) => set(isOn === widget.isOn ? undefined : isOn)}
        />
      );
    case "choice":
      return (
        <ChoiceInput
          {...shared}
          value={text(value)}
          options={widget.options}
          otherwise={widget.otherwise}
          onChange={(next) => set(next === "" ? undefined : next)}
        />
      );
    case "lines": {
      const read = (lines: readonly string[]): unknown =>
        lines.length === 0 ? undefined : lines.map((line) => (widget.mayBeNumber ? readTyped(line, true) : line));
      return (
        <LinesInput
          {...shared}
          value={list(value).map(text)}
          suggestions={context.suggest(path)}
          onChange={(lines) => set(read(lines))}
        />
      );
    }
    case "map":
      return <MapInput {...shared} value={fields(value)} onChange={(map) => set(readMap(map, widget.mayBeNumber))} />;
    case "secret":
      return (
        <p className="quiet">
          {widget.names.map((one) => `${one}: •••`).join(", ")} {texts.hidden}
        </p>
      );
    case "group":
    case "items":
      return null;
  }
}

function readMap(map: Readonly<Record<string, string>>, mayBeNumber: boolean): unknown {
  const entries = Object.entries(map).map(([name, value]) => [name, readTyped(value, mayBeNumber) ?? ""] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** An object within: folded where it is not there. */
function GroupField({ context, field }: FieldProps) {
  const { name, help, path, value, isRequired } = field;
  const isThere = isObject(value) && Object.keys(value).length > 0;
  const problems = problemsBelow(context, path);
  const [isOpen, setOpen] = useState(isThere || isRequired || name === "resources");
  const isShown = isOpen || problems.length > 0;
  return (
    <section className="builder-group" data-bad={problems.length > 0}>
      <div className="builder-group-head">
        <button type="button" aria-expanded={isShown} title={help} onClick={() => setOpen(!isOpen)}>
          <Icon name="chevron" /> {name} {isRequired && <span className="builder-required">*</span>}
        </button>
        {isThere && (
          <button
            type="button"
            className="icon-button"
            aria-label={texts.removeField(name)}
            title={texts.removeField(name)}
            onClick={() => context.edit([{ type: "delete", path }])}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {isShown && (
        <div className="builder-group-body">
          <p className="builder-help">{help}</p>
          <FieldProblems problems={problems.filter((one) => one.path.length === path.length)} />
          <FieldList context={context} path={path} value={value} />
        </div>
      )}
    </section>
  );
}

/** A list of objects. */
function ItemsField({ context, field }: FieldProps) {
  const { name, help, path, value, isRequired } = field;
  const items = list(value);
  const problems = problemsBelow(context, path).filter((one) => one.path.length === path.length);
  return (
    <section className="builder-group" data-bad={problems.length > 0}>
      <div className="builder-group-head">
        <span title={help}>
          {name} {isRequired && <span className="builder-required">*</span>}
        </span>
        <button
          type="button"
          className="icon-button"
          aria-label={`${texts.addItem}: ${name}`}
          title={texts.addItem}
          onClick={() => context.edit([{ type: "add", path, value: {} }])}
        >
          <Icon name="setup" />
        </button>
      </div>
      <FieldProblems problems={problems} />
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place
        <div key={index} className="builder-group-body builder-item">
          <div className="builder-group-head">
            <span className="quiet">{text(fields(item)["name"]) || texts.item(index + 1)}</span>
            <button
              type="button"
              className="icon-button"
              aria-label={texts.removeItem(`${name} ${index + 1}`)}
              title={texts.removeItem(`${name} ${index + 1}`)}
              onClick={() => context.edit([{ type: "delete", path: [...path, index] }])}
            >
              <Icon name="close" />
            </button>
          </div>
          <FieldList context={context} path={[...path, index]} value={item} />
        </div>
      ))}
    </section>
  );
}

function problemsBelow({ problems }: FormContext, path: Path): readonly Problem[] {
  return problems.filter((one) => path.every((step, index) => one.path[index] === step));
}

function FieldProblems({ problems }: { readonly problems: readonly Problem[] }) {
  return problems.map(({ message }) => (
    <p key={message} className="builder-problem">
      <Shape tone="bad" /> {message}
    </p>
  ));
}
