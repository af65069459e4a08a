/** Loads what the processes and commands load, at once or later, so that Node's compile cache has it: run where a version is built. */
await Promise.all([
  import("./app/web.ts"),
  import("./app/worker.ts"),
  import("./app/tools.ts"),
  import("./app/trial.ts"),
  import("./admin/board.ts"),
  import("@hubspot/api-client/lib/src/services/http/Request.js"),
  import("@jsforce/jsforce-node"),
]);
