/** Who the visitor plays. Remembered for this tab only: closing it forgets the applicant. */

const KEY = "demo-lending.applicant";

export function rememberedApplicant(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function rememberApplicant(userId: string | null): void {
  try {
    if (userId) sessionStorage.setItem(KEY, userId);
    else sessionStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing still gets a working page, until it is reloaded.
  }
}
