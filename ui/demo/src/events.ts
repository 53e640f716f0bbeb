/** Which data an event makes stale. */

export const RESOURCES = [
  "identities",
  "employments",
  "incomes",
  "eincomes",
  "transactions",
  "contributions",
  "liabilities",
  "ratings",
  "documents",
  "insights",
  "accounts",
  "tasks",
] as const;

export type Resource = (typeof RESOURCES)[number];

const ADDED: Record<string, Resource> = {
  IDENTITY: "identities",
  RATING: "ratings",
  EMPLOYMENTS: "employments",
  INCOMES: "incomes",
  EINCOMES: "eincomes",
  TRANSACTIONS: "transactions",
  CONTRIBUTIONS: "contributions",
  LIABILITIES: "liabilities",
  DOCUMENTS: "documents",
  INSIGHT: "insights",
};

export function staleAfter(eventType: string): readonly Resource[] {
  switch (eventType) {
    case "ACCOUNT_DISCONNECTED":
    case "TASK_FINISHED":
    case "ACCOUNT_SYNC_TASK_FINISHED":
      return RESOURCES;
    case "TASK_STARTED":
      return ["tasks", "accounts"];
    case "ACCOUNT_CREATED":
    case "ACCOUNT_CONNECTED":
    case "ACCOUNT_FAILED":
      return ["accounts"];
    default: {
      const resource = ADDED[eventType.replace(/_(ADDED|UPDATED)$/, "")];
      return resource ? [resource] : [];
    }
  }
}
