import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Credential, ensurePki, issueCertificate } from "../../../../pkg/auth/index.ts";
import { PlushServer } from "../../../support/plush-server.ts";
import { type KubectlProgram, kubectlVariables } from "../kubectl.ts";
import { accessOf, type RawAccess } from "./reading.ts";

/** A server with three machines of this computer, and a user's home with kubectl and the script's files. */
export interface World {
  readonly minor: number;
  readonly access: RawAccess;
  /** Where commands run. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startWorld(program: KubectlProgram): Promise<World> {
  // Short: Unix sockets of the machines lie below it.
  const home = mkdtempSync("/tmp/plush-k-");
  const server = new PlushServer(join(home, "data"), home);
  await server.start();
  const directory = join(home, "work");
  cpSync(join(import.meta.dirname, "files"), directory, { recursive: true });
  const kubeconfig = readFileSync(server.kubeconfig, "utf8");
  mkdirSync(join(home, ".kube"));
  writeFileSync(join(home, ".kube/config"), withRita(kubeconfig, await letRitaIn(server, directory)));
  return {
    minor: Number(program.version.split(".")[1] ?? 99),
    access: accessOf(kubeconfig),
    directory,
    environment: {
      ...kubectlVariables,
      HOME: home,
      PATH: `${putKubectl(home, program.path)}:${process.env["PATH"]}`,
      TERM: "dumb",
    },
    async close() {
      await server.run(["teardown", "--yes"]);
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A certificate for a user without rights; `rita.json` is what an exec plugin of kubectl prints for her. */
async function letRitaIn(server: PlushServer, directory: string): Promise<Credential> {
  const { authority } = await ensurePki(join(server.dataDirectory, "pki"), { hosts: [], now: Date.now() });
  const credential = await issueCertificate(authority, { name: "rita", usage: "client", days: 1, now: Date.now() });
  const status = { clientCertificateData: credential.certificate, clientKeyData: credential.key };
  const answer = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
  writeFileSync(join(directory, "rita.json"), JSON.stringify(answer));
  return credential;
}

/** The same file with rita, by her certificate and by a plugin that gives it. */
function withRita(kubeconfig: string, { certificate, key }: Credential): string {
  const config = JSON.parse(kubeconfig) as { users: object[] };
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const own = { "client-certificate-data": base64(certificate), "client-key-data": base64(key) };
  const apiVersion = "client.authentication.k8s.io/v1";
  const exec = { apiVersion, command: "cat", args: ["rita.json"], interactiveMode: "Never" };
  config.users.push({ name: "rita", user: own }, { name: "plugin", user: { exec } });
  return JSON.stringify(config);
}

/** A folder whose `kubectl` is the one under test; KUBECTL_VERBOSE makes it tell each request. */
function putKubectl(home: string, path: string): string {
  const folder = join(home, "bin");
  mkdirSync(folder);
  const kubectl = join(folder, "kubectl");
  writeFileSync(kubectl, `#!/bin/sh\nexec ${path} \${KUBECTL_VERBOSE:+-v=8} "$@"\n`);
  chmodSync(kubectl, 0o755);
  return folder;
}
