/** The APIs that there is a reference for, as the address of this page names them before `#`. */

interface Api {
  name: string;
  /** Where its description is, from here. */
  description: string;
  /** What this page's address has for it. */
  link: string;
}

const OPEN_API: Api = { name: "Open API", description: "../v1/openapi.json", link: "./" };
const LINK_API: Api = { name: "Link API", description: "../v1/link-openapi.json", link: "?api=link" };

export const APIS = [OPEN_API, LINK_API];

/** The one that a page with that query shows. */
export function apiOf(query: string): Api {
  return new URLSearchParams(query).get("api") === "link" ? LINK_API : OPEN_API;
}
