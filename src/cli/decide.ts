/** `crm-sync decide` */
import { type Command, Option } from "commander";
import type { Tools } from "../app/tools.ts";
import { BOOKING_VERDICTS, type BookingVerdict } from "../booking/types.ts";
import { auditedCommand } from "./audited.ts";
import { COMMAND, reportPasses, say, withTools } from "./terminal.ts";

interface DecideOptions {
  readonly purchase?: string;
  readonly hold?: string;
  readonly booking: string;
  readonly is?: BookingVerdict;
  readonly othersActive?: true;
  readonly takeBack?: true;
}

export function addDecide(program: Command): void {
  const command = program.command("decide").description("say what a held booking is");
  command
    .requiredOption("--booking <id>", "the booking")
    .option("--purchase <id>", "the purchase that asks about it; needed where several do")
    .option("--hold <id>", "which of its questions; needed where several are open")
    .addOption(new Option("--is <verdict>", "what it is").choices(BOOKING_VERDICTS))
    .option("--others-active", "the other bookings of the same question are still active")
    .addOption(new Option("--take-back", "take the last decision about it back").conflicts(["is", "othersActive"]))
    .action(async (options: DecideOptions) => {
      const problem = missing(options);
      if (problem !== undefined) command.error(problem);
      await withTools(async (tools) => {
        const purchaseId = await run(tools, options);
        await reportPasses(tools, new Map(tools.crms.map(({ crm }) => [crm, [purchaseId]])));
      });
    });
}

function missing({ is, takeBack: back, purchase }: DecideOptions): string | undefined {
  if (back) return purchase === undefined ? "error: say with --purchase whose decision is taken back" : undefined;
  return is === undefined ? "error: say with --is what the booking is, or --take-back" : undefined;
}

async function run(tools: Tools, options: DecideOptions): Promise<string> {
  const { decide, takeBack } = await import("../operate/decide.ts");
  const { purchase, hold, booking: bookingId, is, othersActive = false } = options;
  const [{ crm } = { crm: "" }] = tools.crms;
  const by = { crm, by: COMMAND };
  const about = { crm, booking: bookingId, ...(purchase && { purchase }), ...(hold && { hold }) };
  if (is !== undefined) {
    const answer = { purchaseId: purchase, holdId: hold, bookingId, verdict: is, othersActive };
    const { purchaseId, left } = await auditedCommand(tools, "decide", async (concerns) => {
      concerns({ ...about, answer: othersActive ? `${is}, others active` : is });
      const decided = await decide(tools, answer, by);
      concerns({ purchase: decided.purchaseId });
      return decided;
    });
    if (left.length > 0) say(`Still to be decided of the same question: booking ${left.join(", ")}.`);
    return purchaseId;
  }
  const purchaseId = purchase ?? "";
  await auditedCommand(tools, "take_back", async (concerns) => {
    concerns(about);
    await takeBack(tools, { purchaseId, bookingId }, by);
  });
  return purchaseId;
}
