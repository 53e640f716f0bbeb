/**
 * What can go wrong with a request, sorted by what the person can do about it.
 *
 * - `expired`: the token or session is over; only a new link helps.
 * - `network`: no answer came.
 * - `busy`: asked too often; waiting helps.
 * - `server`: the service has a problem; trying later helps.
 * - `refused`: the request itself is not acceptable (bad parameters, missing resource, no permission).
 * - `insecure`: this browser or page cannot encrypt.
 */
export type TroubleKind = "expired" | "network" | "busy" | "server" | "refused" | "insecure";

export class ApiError extends Error {
  constructor(
    readonly kind: TroubleKind,
    readonly status: number | null = null,
    /** The server's word on when to come back, for `busy`. */
    readonly retryAfterS: number | null = null,
  ) {
    super(`${kind} (${status ?? "no answer"})`);
  }
}

function kindOfStatus(status: number): TroubleKind {
  if (status === 401) return "expired";
  if (status === 429) return "busy";
  if (status >= 500) return "server";
  return "refused";
}

export function errorOfStatus(status: number, retryAfter: string | null): ApiError {
  const wait = Number(retryAfter);
  return new ApiError(kindOfStatus(status), status, wait > 0 ? wait : null);
}

export function errorOfResponse({ status, headers }: Response): ApiError {
  return errorOfStatus(status, headers.get("Retry-After"));
}

/** Anything unforeseen counts as trouble on our side, never as the person's mistake. */
export function troubleOf(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError("server");
}
