import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";

/** The server of the testbed, as its hosts see it. */
export const serverAddress = "10.88.255.254";
const lan = { router: "192.168.77.1", inner: "192.168.77.2" };

/**
 * Puts a host into a network of its own behind another one, which translates addresses: from there the server is reached,
 * from the server nothing is. Needs nft.
 */
export async function putBehindNat(inner: EmulatedHost, router: EmulatedHost): Promise<string> {
  const [innerSpace, routerSpace] = [inner, router].map(({ index }) => `plush-test-${index}`) as [string, string];
  const ip = (...words: readonly string[]): void => void execFileSync("ip", words);
  const inSpace = (space: string, ...words: readonly string[]): void => ip("netns", "exec", space, ...words);
  ip("link", "add", "lan0", "netns", routerSpace, "type", "veth", "peer", "name", "lan0", "netns", innerSpace);
  ip("-n", routerSpace, "addr", "add", `${lan.router}/24`, "dev", "lan0");
  ip("-n", innerSpace, "addr", "add", `${lan.inner}/24`, "dev", "lan0");
  for (const space of [routerSpace, innerSpace]) ip("-n", space, "link", "set", "lan0", "up");
  ip("-n", innerSpace, "route", "add", serverAddress, "via", lan.router);
  inSpace(routerSpace, "sysctl", "-qw", "net.ipv4.ip_forward=1");
  const rules = `table ip nat {
  chain post { type nat hook postrouting priority 100; oifname "eth0" masquerade; }
}
table ip filter {
  chain forward { type filter hook forward priority 0; policy drop;
    iifname "lan0" accept; ct state established,related accept; }
}`;
  inSpace(routerSpace, "sh", "-c", `nft -f - <<'END'\n${rules}\nEND`);
  await inner.cut();
  return lan.inner;
}

/** Whether an SSH server answers this computer there, within two seconds: what lies in between may take any connection. */
export function answersSsh(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const timer = setTimeout(() => end(false), 2000);
    const end = (answer: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (banner) => end(String(banner).startsWith("SSH-")));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
