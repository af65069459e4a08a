/** `crm-sync user add`: makes what `ADMIN_USERS` has of a user. Nothing is stored. */

import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ROLES, type Role, USER_NAME } from "../config/roles.ts";
import { hashPassword, makePassword } from "../people/password.ts";
import { say } from "./terminal.ts";

const MIN_PASSWORD = 12;

/** There is no such password. */
class WeakPasswordError extends Error {
  override readonly name = "WeakPasswordError";
  readonly kind = "weak_password";
}

export function addUser(program: Command): void {
  program
    .command("user")
    .description("the dashboard's named users")
    .command("add")
    .description(
      "print the entry for ADMIN_USERS or ADMIN_USERS_FILE; asks for the password, or makes one where none is given",
    )
    .argument("<name>", "letters, digits, dots and dashes", userName)
    .addOption(
      new Option("--role <role>", "viewer only looks, and sees no personal data").choices(ROLES).makeOptionMandatory(),
    )
    .option("--password-stdin", "the password is piped in")
    .addHelpText("after", "\nThe entry goes to stdout, all else to stderr.")
    .action(async (name: string, { role, passwordStdin }: { readonly role: Role; readonly passwordStdin?: true }) => {
      const given = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, "") : await askPassword();
      if (given !== "" && given.length < MIN_PASSWORD) {
        throw new WeakPasswordError(`A password has ${MIN_PASSWORD} characters at least. Give none to have one made.`);
      }
      const password = given === "" ? makePassword() : given;
      if (given === "") process.stderr.write(`Password, shown this once: ${password}\n`);
      process.stderr.write("Add this to ADMIN_USERS or to the file of ADMIN_USERS_FILE:\n");
      say(`${name}:${role}:${await hashPassword(password)}`);
    });
}

function userName(name: string): string {
  if (USER_NAME.test(name)) return name;
  throw new InvalidArgumentError("A name is letters, digits, dots and dashes, 60 at most.");
}

async function askPassword(): Promise<string> {
  // Nobody is there to answer.
  if (!process.stdin.isTTY) return "";
  process.stderr.write("Password (blank: one is made): ");
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
