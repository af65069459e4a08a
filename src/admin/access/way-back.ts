/** Where somebody goes once they are signed in: to a page of the dashboard, whatever a link to the sign-in says. */

const HOME = "/admin";
const HERE = "http://dashboard";

export function wayBack(wanted: unknown): string {
  if (typeof wanted !== "string" || !URL.canParse(wanted, HERE)) return HOME;
  const { origin, pathname, search } = new URL(wanted, HERE);
  const isPage = origin === HERE && (pathname === HOME || pathname.startsWith(`${HOME}/`));
  return isPage && !pathname.startsWith("/admin/sign-") ? pathname + search : HOME;
}
