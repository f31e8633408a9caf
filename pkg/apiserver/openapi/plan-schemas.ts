/** Schema of the question what applying objects would do; it is created, answered and never stored. */

type Schema = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: "string", description });
const whole = (description: string): Schema => ({ type: "integer", description });
const flag = (description: string): Schema => ({ type: "boolean", description });
const texts = (description: string): Schema => ({ type: "array", items: { type: "string" }, description });
const anything = (description: string): Schema => ({ description, "x-kubernetes-preserve-unknown-fields": true });
const record = (description: string, properties: Schema): Schema => ({ type: "object", description, properties });
const records = (description: string, properties: Schema): Schema => ({
  type: "array",
  description,
  items: { type: "object", properties },
});

const named = { kind: text("Its kind."), namespace: text("Its namespace."), name: text("Its name.") };
const member = {
  namespace: text("Namespace of the component."),
  application: text("The application, where there is one."),
  component: text("The component."),
};

const spec = record("The question.", {
  objects: {
    type: "array",
    description: "The objects, as they would be applied.",
    items: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
  force: flag("True: fields that other managers own would be taken over."),
});

const status = record("The answer.", {
  changes: flag("True: some object would be another one."),
  diff: records("What would become of each object.", {
    apiVersion: text("Its API version."),
    ...named,
    action: text("Create, Update, Unchanged, or Refused."),
    fields: records("Fields that would change; values of Secrets are not told.", {
      path: text("Path of the field."),
      from: anything("What it is."),
      to: anything("What it would be."),
    }),
    faults: records("Why it would be refused.", {
      reason: text("One word."),
      field: text("Path of the field."),
      message: text("The same for people."),
    }),
  }),
  machines: records("Where each member would be.", {
    ...member,
    ordinal: whole("The member."),
    claim: text("Name of its Claim."),
    action: text("Bind, Move, Stay, Release, or Unplaced."),
    resource: text("The machine."),
    from: text("The machine that it would leave."),
    penalty: { type: "number", description: "Penalty of the machine; the least is taken." },
    why: text("Why this one, or why none."),
    refusals: records("Machines that will not do; only where none will, for who may list machines.", {
      resource: text("The machine."),
      reason: text("One word."),
      message: text("The same for people."),
    }),
  }),
  restarts: records("Processes that would be stopped and started, by component.", {
    ...member,
    members: whole("How many members are touched."),
    atATime: whole("How many of them may be away at once."),
    why: texts("What has changed for them."),
    steps: records("What happens at the same time.", {
      step: whole("Its number, over all components."),
      actions: records("In this order.", {
        action: text("Stop or Start."),
        ordinal: whole("The member."),
        phase: text("The phase."),
        process: text("Name of the process in the phase."),
        name: text("Name of the Process object."),
        resource: text("The machine."),
      }),
    }),
  }),
  notes: records("What would need a person, as conditions would tell it.", {
    ...named,
    reason: text("One word."),
    message: text("The same for people."),
  }),
});

export const planSchemas: Schema = {
  "dev.plush.v1.Plan": {
    type: "object",
    description: "What would applying these objects do? Asked and answered; nothing is stored or changed.",
    required: ["spec"],
    properties: {
      apiVersion: text("plush.dev/v1"),
      kind: text("Plan"),
      metadata: {
        description: "Not looked at.",
        allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" }],
      },
      spec,
      status,
    },
    "x-kubernetes-group-version-kind": [{ group: "plush.dev", kind: "Plan", version: "v1" }],
  },
};
