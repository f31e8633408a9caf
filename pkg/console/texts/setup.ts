import type { ExampleName } from "../setup/examples/index.ts";
import type { FormProblem } from "../setup/pool-plan.ts";

const problems: Readonly<Record<FormProblem, string>> = {
  hosts: "Which machines? Paste at least one.",
  name: "A pool's name has small letters, digits and dashes.",
  user: "As which user are they reached?",
  port: "A port is a number up to 65535.",
  key: "A private key is missing: make one, or paste one that the machines know.",
  publicKey: "This is a public key: the private one is the file without .pub.",
  passphrase: "This key is protected by a passphrase.",
};

const exampleTexts: Readonly<Record<ExampleName, { readonly title: string; readonly text: string }>> = {
  ticker: {
    title: "A clock on each machine",
    text: "Prints the time each second. Look at its log; switch a machine off and see its member move. Needs a shell alone.",
  },
  hello: {
    title: "Web servers",
    text: "A web server on each machine, ready once its port answers. Needs python3 on the machines.",
  },
  rounds: {
    title: "Steps with barriers",
    text: "Three steps; between them all members wait for each other, and you see who is late. Needs a shell alone.",
  },
};

/** The first run: machines, then something that runs on them. */
export const setupTexts = {
  title: "Add machines",
  intro: "Plush runs applications on machines that it reaches over SSH. Nothing has to be installed on them first.",
  notAllowed: "You may not create pools here. Ask who runs this server for the role admin, or cluster-admin.",
  steps: { where: "Where are they?", look: "Do they come up?", run: "Run something" },
  sources: {
    ssh: { title: "My machines", text: "Hosts with Linux that you reach by SSH: a list, or an Ansible inventory." },
    local: {
      title: "This computer",
      text: "Four pretended machines on the server's own computer: to look around, in some seconds.",
    },
  },
  makeLocal: "Make four machines here",
  hosts: "Machines",
  hostsHelp:
    "One a line or with commas: ADDRESS, USER@ADDRESS:PORT, 10.0.0.[1-50]. Or paste an Ansible inventory, INI or YAML.",
  hostsPlaceholder: "10.0.0.[1-3]\nubuntu@lab.example.org:2222",
  found: (count: number, form: "list" | "lines" | "inventory") =>
    `${count} ${count === 1 ? "machine" : "machines"}${form === "inventory" ? " of an Ansible inventory" : ""}`,
  name: "Name of the pool",
  user: "User",
  userHelp: "who logs in",
  port: "Port",
  sudo: "Become root by sudo (without a password): needed only where applications want it",
  key: "SSH key",
  keyMake: "Make a key pair",
  keyPaste: "Paste a private key",
  keyMade: "Add this line to ~/.ssh/authorized_keys of that user on every machine, then go on:",
  keyCommand: "Or run this on each of them:",
  keyKept: "The private key is made in this browser and stored on the server alone, encrypted, as a Secret.",
  keySave: "Save the private key",
  keyLabel: "Private key",
  passphrase: "Its passphrase, if it has one",
  noKeysHere:
    "This browser cannot make keys of Ed25519. Make one by ssh-keygen -t ed25519 -f machines.key, and paste machines.key here.",
  problems,
  create: "Connect",
  apply: "Try again with these",
  provider: (name: string) => `provider ${name}`,
  taken: (name: string) => `There is a pool ${name} already: choose another name.`,
  byCommand: "The same by command",
  waiting: "Waiting for the first machine …",
  tally: (good: number, busy: number, bad: number) =>
    [`${good} ready`, busy > 0 ? `${busy} coming up` : undefined, bad > 0 ? `${bad} failed` : undefined]
      .filter((part) => part !== undefined)
      .join(", "),
  machine: "Machine",
  state: "State",
  what: "What is known",
  change: "Change",
  undo: "Undo",
  undoTitle: (name: string) => `Delete pool ${name}`,
  undoEffect: (count: number) =>
    `${count} ${count === 1 ? "machine is" : "machines are"} let go: the agent is removed from ${count === 1 ? "it" : "them"}.`,
  undoKey: (name: string) => `Its key stays, as the machines are let go with it: Secret ${name} in namespace default.`,
  examplesIntro: "Choose one, look at what it says, and start it. It can be deleted again at any time.",
  notYet: "Once the first machine is ready.",
  start: "Start it",
  manifest: "What is applied",
  examples: exampleTexts,
  offer: "There are no machines yet.",
  offerLink: "Add machines",
} as const;
