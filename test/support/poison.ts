/** Given to a worker with `--import`: a stored notification that holds one of these words does what no body should. */
const parse = JSON.parse;

JSON.parse = (text: string, ...rest: []) => {
  if (text.includes("POISON:KILL")) process.kill(process.pid, "SIGKILL");
  while (text.includes("POISON:LOOP"));
  return parse(text, ...rest);
};
