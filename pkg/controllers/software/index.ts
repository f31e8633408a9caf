/** Software: what a package is, resolved to a digest that every machine gets. */
export { makeSoftwareController, type PackageSource, type SoftwarePorts } from "./reconcile.ts";
