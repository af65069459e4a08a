/**
 * Before every test file: random tests draw the same numbers in every run, so that a run that fails can be repeated and CI
 * does not fail by chance. `npm run test:soak` and `npm run fuzz` look further, with seeds of their own.
 */
import fc from "fast-check";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.TEST_SEED ?? 20_261_125) });
