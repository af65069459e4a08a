/** Given to a worker with `--import`: a stored notification that holds one of these words does what no body should. */
const parse = JSON.parse;

JSON.parse = (text: string, ...rest: []) => {
  if (text.includes("POISON:KILL")) process.kill(process.pid, "SIGKILL");
  // As good as a loop without an end, which would take the core from whatever else is tested.
  if (text.includes("POISON:LOOP")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return parse(text, ...rest);
};
