/** The last net: what could name a person or open a booking is cut out of a line of the log, whoever writes it [E5]. */
import { expect, it } from "@jest/globals";
import { runNode } from "../support/cli.ts";

const PERSONAL = {
  ...{ email: "qz@example.com", first_name: "Qz", last_name: "Qz", name: "Qz", mobile: "Qz", phone: "Qz" },
  ...{ long_id: "Qz", purchase_ref: "Qz", body: "Qz", password: "Qz" },
  ...{ authorization: "Qz", client_secret: "Qz", access_token: "Qz" },
};

it("a line that was given a person has nothing of them", async () => {
  const line = JSON.stringify({ purchaseId: "1", ...PERSONAL, client: PERSONAL });
  const program = `
    const { createLog } = await import("./src/app/log.ts");
    createLog({ logLevel: "info" }, "test").info(${line}, "said");`;
  const { code, out } = await runNode(["--input-type=module", "-e", program], {});
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ msg: "said", purchaseId: "1", email: "‹redacted›" });
  expect(out).not.toMatch(/qz/i);
});
