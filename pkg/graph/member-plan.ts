/**
 * One member's way through its application's phases. First run, catch-up of a replacement and update are one rule:
 * a phase's processes get the member's epoch and the phase's revision once all phases before it are done at theirs;
 * and before a phase is changed, what runs after it is stopped, last first.
 */
import { DagOrder } from "./dag.ts";
import { failureOf, isDone, isStopped, type MemberProcess } from "./member-process.ts";

export interface MemberPhase {
  readonly name: string;
  readonly after: readonly string[];
  readonly state: "Waiting" | "Open" | "Released" | "Failed";
  /** What this member shall run in the phase; absent: not admitted yet, so what it has stays as it is. */
  readonly revision?: string;
  /** Released, but it is not this member's turn to pass yet: phases after it are still closed to it. */
  readonly held?: boolean;
  /** Released, and who had not entered by then is not let in any more. */
  readonly rejected?: boolean;
  /** This member, at its present epoch, has entered its barrier: it is not catching up, whatever it runs anew. */
  readonly entered?: boolean;
  /** The processes of the phase that this member has, by nested name. */
  readonly templates: readonly { readonly name: string; readonly catchUp: "Run" | "Skip" }[];
}

export interface Member {
  readonly epoch: number;
  /** Its software is in place at this epoch and revision. */
  readonly configured: boolean;
  /** It has a machine at this epoch, and is to stay there. */
  readonly placed: boolean;
  /** A process that was given up fails its phase, as recovery says. */
  readonly givenUpFails: boolean;
  readonly phases: readonly MemberPhase[];
  readonly processes: readonly MemberProcess[];
}

/** What one process shall be told. */
export type MemberStep =
  /** Runs the phase's template; created where it is missing. */
  | {
      readonly kind: "Run";
      readonly phase: string;
      readonly process: string;
      readonly epoch: number;
      readonly revision: string;
      readonly catchUp: boolean;
      /** False: only epoch and suspend change, the process keeps the template it has. */
      readonly renew: boolean;
    }
  | { readonly kind: "Stop"; readonly phase: string; readonly process: string; readonly late?: boolean }
  /** The template is gone from the phase. */
  | { readonly kind: "Remove"; readonly phase: string; readonly process: string };

export interface MemberProgress {
  /** All its processes of the phase are ordered as they shall be, and done. */
  readonly entered: boolean;
  /** Why the member cannot enter at this epoch and revision. */
  readonly failure?: string;
}

export interface MemberPlan {
  /** Only what differs from what is. */
  readonly steps: readonly MemberStep[];
  readonly progress: ReadonlyMap<string, MemberProgress>;
}

/** `order`: of the member's phases; the same for all members of an application. */
export function planMember(member: Member, order = new DagOrder(member.phases)): MemberPlan {
  const views: Views = { order, of: new Map(member.phases.map((phase) => [phase.name, viewPhase(phase, member)])) };
  const steps = order.names.flatMap((name) => planPhase(name, member, views));
  const progress = new Map([...views.of].map(([name, view]) => [name, progressOf(view, member)]));
  return { steps, progress };
}

interface PhaseView {
  readonly phase: MemberPhase;
  readonly orders: readonly Order[];
  /** Processes of the phase that no template describes any more. */
  readonly extra: readonly MemberProcess[];
  readonly current: boolean;
  readonly done: boolean;
}

interface Order {
  readonly name: string;
  readonly revision: string;
  readonly catchUp: boolean;
  readonly existing?: MemberProcess;
  readonly current: boolean;
}

function viewPhase(phase: MemberPhase, member: Member): PhaseView {
  const own = member.processes.filter((process) => process.phase === phase.name);
  const orders = phase.revision === undefined ? keptOrders(own, member) : newOrders(phase, phase.revision, own, member);
  const wanted = new Set(phase.revision === undefined ? own.map((p) => p.process) : phase.templates.map((t) => t.name));
  const extra = own.filter((process) => !wanted.has(process.process)).sort(byName);
  const current = extra.length === 0 && orders.every((order) => order.current);
  const done = current && orders.every(({ existing }) => existing !== undefined && isDone(existing));
  return { phase, orders, extra, current, done };
}

/** A member that is not admitted to the newest revision goes on with what it has, at its own epoch. */
function keptOrders(own: readonly MemberProcess[], member: Member): readonly Order[] {
  return [...own].sort(byName).map((existing) => ({
    name: existing.process,
    revision: existing.revision,
    catchUp: existing.epoch === member.epoch ? existing.catchUp : true,
    existing,
    current: existing.epoch === member.epoch && !existing.suspend,
  }));
}

function newOrders(
  phase: MemberPhase,
  revision: string,
  own: readonly MemberProcess[],
  member: Member,
): readonly Order[] {
  return phase.templates.flatMap((template) => {
    const existing = own.find((process) => process.process === template.name);
    const catchUp = catchesUp(phase, revision, existing, member);
    if (catchUp && template.catchUp === "Skip") return [];
    const current =
      existing !== undefined && existing.epoch === member.epoch && existing.revision === revision && !existing.suspend;
    return [{ name: template.name, revision, catchUp, ...(existing !== undefined && { existing }), current }];
  });
}

/** Decided when a run is ordered and kept for its life: its environment is fixed then. */
function catchesUp(phase: MemberPhase, revision: string, existing: MemberProcess | undefined, member: Member): boolean {
  if (existing === undefined || existing.epoch !== member.epoch)
    return phase.state === "Released" && phase.entered !== true;
  return existing.revision === revision && existing.catchUp;
}

interface Views {
  readonly order: DagOrder;
  readonly of: ReadonlyMap<string, PhaseView>;
}

function planPhase(name: string, member: Member, views: Views): readonly MemberStep[] {
  const view = views.of.get(name);
  if (view === undefined) return [];
  if (!member.configured) return movesAhead(view, member) && isPassed(name, views) ? advance(view, member) : [];
  if (view.phase.rejected === true) return reject(view);
  if (view.current) return [];
  const behind = viewsOf(views.order.successors(name), views);
  if (!behind.every((later) => later.current || hasStopped(later, member))) return [];
  if (isOpen(view) && isPassed(name, views)) return advance(view, member);
  const before = viewsOf(views.order.predecessors(name), views);
  const changeAhead = before.some((it) => !it.current && isOpen(it) && isPassed(it.phase.name, views));
  return changeAhead ? halt(view, member) : [];
}

/**
 * Whether a member that was moved is told what it runs while its software is still installed, after which its machine
 * starts it without asking anybody. What opens a phase, and what runs here already, waits for the software.
 */
function movesAhead({ phase, orders, extra }: PhaseView, { epoch, placed }: Member): boolean {
  if (!placed || phase.state !== "Released" || !lets(phase) || extra.length > 0) return false;
  return orders.every(({ existing }) => existing !== undefined && existing.epoch < epoch);
}

/** All phases before this one are as they shall be, and done. */
function isPassed(name: string, views: Views): boolean {
  return viewsOf(views.order.predecessors(name), views).every(({ done, phase }) => done && lets(phase));
}

function lets({ held, rejected }: MemberPhase): boolean {
  return held !== true && rejected !== true;
}

/** What a member that came too late still runs in the phase is stopped. */
function reject(view: PhaseView): readonly MemberStep[] {
  return processesOf(view)
    .filter((process) => !process.suspend)
    .map((process): MemberStep => ({ kind: "Stop", phase: view.phase.name, process: process.process, late: true }));
}

function advance(view: PhaseView, member: Member): readonly MemberStep[] {
  const renew = view.phase.revision !== undefined;
  const phase = view.phase.name;
  const runs = view.orders
    .filter((order) => !order.current)
    .map(({ name, revision, catchUp }): MemberStep => {
      return { kind: "Run", phase, process: name, epoch: member.epoch, revision, catchUp, renew };
    });
  const removals = view.extra.map((process): MemberStep => ({ kind: "Remove", phase, process: process.process }));
  return [...runs, ...removals];
}

function halt(view: PhaseView, member: Member): readonly MemberStep[] {
  return processesOf(view)
    .filter((process) => !process.suspend && !isStopped(process, member.epoch))
    .map((process): MemberStep => ({ kind: "Stop", phase: view.phase.name, process: process.process }));
}

function hasStopped(view: PhaseView, member: Member): boolean {
  return processesOf(view).every((process) => isStopped(process, member.epoch));
}

function processesOf(view: PhaseView): readonly MemberProcess[] {
  return [...view.orders.flatMap(({ existing }) => existing ?? []), ...view.extra];
}

function viewsOf(names: ReadonlySet<string>, views: Views): readonly PhaseView[] {
  return [...names].flatMap((name) => views.of.get(name) ?? []);
}

function isOpen(view: PhaseView): boolean {
  return view.phase.state === "Open" || view.phase.state === "Released";
}

function progressOf(view: PhaseView, member: Member): MemberProgress {
  if (view.phase.rejected === true) return { entered: false, failure: "came after the release (late: Reject)" };
  const failures = view.orders.flatMap(({ name, current, existing }) => {
    const failure = current && existing !== undefined ? failureOf(existing, member.givenUpFails) : undefined;
    return failure === undefined ? [] : [`${name} ${failure}`];
  });
  return {
    entered: view.done && takesPart(view),
    ...(failures[0] !== undefined && { failure: failures[0] }),
  };
}

/** False where the member has nothing in the phase; processes skipped when catching up are something. */
function takesPart({ phase, orders }: PhaseView): boolean {
  return phase.revision === undefined ? orders.length > 0 : phase.templates.length > 0;
}

function byName(left: MemberProcess, right: MemberProcess): number {
  return left.process < right.process ? -1 : 1;
}
