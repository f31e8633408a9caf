/** What the benchmark of hollow agents is told by its environment. */
export const agents = Number(process.env["BENCH_AGENTS"] ?? 1000);
export const members = Number(process.env["BENCH_MEMBERS"] ?? Math.floor(agents * 0.9));
/** Of each member of a second application, which has one on each machine. */
export const processesEach = Number(process.env["BENCH_PROCESSES"] ?? 10);
/** The pool is a tree of this fan-out; 0: a star. */
export const fanOut = Number(process.env["BENCH_TREE"] ?? 0);
/** Of the package that goes to all: a thousand of them lie on one disk. */
export const packageBytes = Number(process.env["BENCH_PACKAGE_KB"] ?? 256) * 1024;
/** A process has 20,000 file descriptors here; an agent below a parent takes four at times, and 200 KB and more of its memory. */
export const agentsEach = Number(process.env["BENCH_AGENTS_EACH"] ?? 2500);
/** With more agents than this beats and pings among them would take all of the processors that they share with the server. */
export const pingedAgents = Number(process.env["BENCH_PINGED"] ?? 1000);
/** Some of the steps alone, by name, as "connect,apply"; where to put a profile of the server's processor time. */
export const chosenSteps = process.env["BENCH_STEPS"]?.split(",");
export const profileDirectory = process.env["BENCH_PROFILE"];
