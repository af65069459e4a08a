/** Does to the service what happens: posts as BookingBug does, loses answers, decides as an operator does. */
import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import type { Tools } from "../../src/app/tools.ts";
import type { ArrivalRoute } from "../../src/booking/types.ts";
import type { Arrival } from "../../src/inbox/inbox.ts";
import type { QuarantinedDelivery } from "../../src/inbox/quarantine.ts";
import { enqueue } from "../../src/inbox/queues.ts";
import { decide, takeBack } from "../../src/operate/decide.ts";
import { readAgain } from "../../src/operate/read-again.ts";
import { storable } from "../../src/receiver/storable.ts";
import type { TestSystem } from "../support/system.ts";
import type { Played, Step } from "./happening.ts";
import type { Statement } from "./people.ts";

/** A notification or a decision that was stored. */
export interface Arrived {
  readonly purchaseId: number;
  readonly deliveryId: string;
  readonly route: ArrivalRoute;
  /** As it is stored. */
  readonly body: string;
  /** Its place among the arrivals, where that is not its number. */
  readonly place: number | undefined;
  /** What it says of the client, if anything. */
  readonly statement: Statement | undefined;
}

export interface Service {
  readonly system: TestSystem;
  readonly tools: Tools;
}

type DeliverStep = Extract<Step, { kind: "deliver" }>;

const BY = { crm: "salesforce", by: "operator" } as const;

/** One step after the other. @returns all that arrived */
export async function perform({ system, tools }: Service, { purchaseId, steps }: Played): Promise<Arrived[]> {
  const arrived: Arrived[] = [];
  let later: (() => Promise<void>)[] = [];
  const inbox = {
    ...tools.inbox,
    async store(arrival: Arrival) {
      await tools.inbox.store(arrival);
      const { deliveryId, route, body } = arrival;
      arrived.push({ purchaseId, deliveryId, route, body, place: undefined, statement: undefined });
    },
  };

  /** What was put off happens after the next delivery, so that something newer has come. */
  async function catchUp(): Promise<void> {
    const due = later;
    later = [];
    for (const work of due) await work();
  }

  async function deliver(step: DeliverStep): Promise<void> {
    const { route, statement, purchaseId: of } = step;
    const due = later;
    later = [];
    const body = JSON.stringify(step.body);
    if (step.way === "quarantine") await quarantine(step, body);
    else if (step.way === "lost_reply") await storeTwice(step, body);
    else {
      const { status, body: receipt } = await system.post(route, body);
      expect(status).toBe(202);
      const deliveryId = String(receipt.deliveryId);
      const stored = storable(JSON.parse(body));
      arrived.push({ purchaseId: of, deliveryId, route, body: stored, place: undefined, statement });
    }
    for (const work of due) await work();
  }

  /** As an earlier version that could not read it left it. */
  async function quarantine({ purchaseId: of, route, statement }: DeliverStep, body: string): Promise<void> {
    const deliveryId = randomUUID();
    await tools.quarantine.put({
      ...{ deliveryId, route, receivedAt: new Date().toISOString(), reason: "no_purchase", problems: [] },
      ...{ contentType: "application/json", body: Buffer.from(body) },
    });
    later.push(async () => {
      const kept = await tools.quarantine.find(deliveryId);
      await readAgain({ quarantine: tools.quarantine, receiveAgain }, kept === undefined ? [] : [kept]);
      await tools.flush();
    });

    async function receiveAgain(delivery: QuarantinedDelivery) {
      const receipt = await tools.receiveAgain(delivery);
      const stored = { route, body: storable(JSON.parse(body)), place: delivery.order, statement };
      arrived.push({ purchaseId: of, deliveryId: receipt.deliveryId, ...stored });
      return receipt;
    }
  }

  async function storeTwice({ purchaseId: of, route, statement }: DeliverStep, text: string): Promise<void> {
    const body = storable(JSON.parse(text));
    const arrival = { deliveryId: randomUUID(), route, body, purchaseId: String(of), bookingIds: [] };
    const receivedAt = new Date().toISOString();
    async function store(): Promise<void> {
      await tools.inbox.store({ ...arrival, receivedAt });
      for (const { queue } of tools.crms) await enqueue(queue, [String(of)], tools.queueSettings);
    }
    await store();
    arrived.push({ purchaseId: of, deliveryId: arrival.deliveryId, route, body, place: undefined, statement });
    later.push(store);
  }

  for (const step of steps) {
    if (step.kind === "deliver") {
      await deliver(step);
      continue;
    }
    const { bookingId } = step;
    const asked = { purchaseId: String(purchaseId), bookingId };
    // Whatever is put off is news, after which nothing can be taken back.
    await catchUp();
    if (step.kind === "take_back") await takeBack({ ...tools, inbox }, asked, BY);
    else {
      const verdict = step.cancelled ? "cancelled" : "active";
      await decide({ ...tools, inbox }, { ...asked, holdId: undefined, verdict, othersActive: step.others }, BY);
    }
  }
  await catchUp();
  return arrived;
}
