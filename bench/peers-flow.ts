/**
 * A flow as a careful integrator wires it up in Node-RED in an hour, with the nodes that come with it.
 *
 * It checks the password and answers at once. It looks a person up by e-mail before it creates one, and a meeting by the unique
 * property with the booking's id, both by reading, since HubSpot allows five searches a second; so a booking takes three calls. It
 * checks each status; a repeated booking is not created twice, and a change that comes before its booking creates the meeting. With
 * `rate` a delay node lets through 6 messages a second: three calls each are 180 in ten seconds. With `retry` what may heal is tried
 * again after ten seconds, up to five times in all, through the same delay node.
 *
 * It does not gather records into batch calls, remember anything beyond its memory, or compare when two notifications of one booking
 * were true; those are what such a flow grows into a service for.
 */
import * as functions from "./peers-functions.ts";

export interface FlowOptions {
  readonly rate: boolean;
  readonly retry: boolean;
}

type FlowNode = Readonly<Record<string, unknown>>;

const TAB = "bookings";
const RATE = 6;
const RETRY_SECONDS = 10;

/** @returns what Node-RED reads from its flow file */
export function peerFlow({ rate, retry }: FlowOptions): readonly FlowNode[] {
  const entry = rate ? "paced" : "begin";
  return [
    { id: TAB, type: "tab", label: "BookingBug to HubSpot" },
    node("received", "http in", { url: "/notifications/:route", method: "post", wires: [["accept"]] }),
    run("accept", functions.accept, [["answer"], [entry]]),
    node("answer", "http response", { wires: [] }),
    ...(rate ? [delay("paced", { pauseType: "rate", rate: String(RATE), wires: [["begin"]] })] : []),
    run("begin", functions.begin, [["contact"], ["change"]]),
    request("contact", "writeContact"),
    run("writeContact", functions.writeContact, [["contactWritten"], ["failed"]]),
    request("contactWritten", "createMeeting"),
    run("createMeeting", functions.createMeeting, [["meeting"], ["failed"]]),
    request("meeting", "created"),
    run("created", functions.created, [["failed"]]),
    request("change", "changed"),
    run("changed", functions.changed, [["begin"], ["failed"]]),
    node("failed", "junction", { wires: [retry ? ["log", "again"] : ["log"]] }),
    node("log", "debug", { active: true, tosidebar: false, console: true, complete: "statusCode", targetType: "msg" }),
    ...(retry ? [run("again", functions.again, [["later"]])] : []),
    ...(retry ? [delay("later", { pauseType: "delay", timeout: String(RETRY_SECONDS), wires: [[entry]] })] : []),
  ];
}

function node(id: string, type: string, more: FlowNode): FlowNode {
  // Without a place on the canvas Node-RED takes it for a configuration.
  return { id, type, z: TAB, x: 200, y: 200, ...more };
}

function run(id: string, fn: (msg: never, env: never) => unknown, wires: readonly (readonly string[])[]): FlowNode {
  return node(id, "function", { func: `return (${fn})(msg, env);`, outputs: wires.length, wires });
}

function request(id: string, next: string): FlowNode {
  return node(id, "http request", {
    method: "use",
    ret: "obj",
    url: "",
    persist: true,
    senderr: false,
    wires: [[next]],
  });
}

function delay(id: string, more: FlowNode): FlowNode {
  const units = { timeoutUnits: "seconds", nbRateUnits: "1", rateUnits: "second", randomUnits: "seconds" };
  const rest = { randomFirst: "1", randomLast: "5", drop: false, outputs: 1, timeout: "5", rate: "1" };
  return node(id, "delay", { ...units, ...rest, ...more });
}
