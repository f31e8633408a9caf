/** Style sheets become part of the page's one sheet. */
declare module "*.css";

/** Files beside the scripts: the address to fetch them from. */
declare module "*.json" {
  const url: string;
  export default url;
}

/** Manifests: their text. */
declare module "*.yaml" {
  const text: string;
  export default text;
}
