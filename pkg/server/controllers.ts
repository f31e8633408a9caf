import type { ControllerManager } from "../controller/index.ts";
import { makePoolController } from "../controllers/pool/index.ts";
import { makeResourceController } from "../controllers/resource/index.ts";
import { makeSoftwareController, type PackageSource } from "../controllers/software/index.ts";
import type { Fabric, Provider } from "../fabric/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Store } from "../store/index.ts";

export interface ControllerParts {
  readonly manager: ControllerManager;
  readonly fabric: Fabric;
  readonly providers: readonly Provider[];
  readonly packages: PackageSource;
  readonly store: Store;
  readonly metrics: Metrics;
}

/** Every control loop of the server. */
export function addControllers({ manager, fabric, providers, packages }: ControllerParts): void {
  const ports = manager.ports();
  manager.add(makePoolController({ ...ports, fabric, providers }));
  manager.add(makeResourceController({ ...ports, fabric, providers }));
  manager.add(makeSoftwareController({ ...ports, packages }));
}
