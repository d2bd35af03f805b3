/**
 * How many generated inputs a test tries: all of them in `npm run verify`, which sets FAIRLEAD_TEST_GENERATED to `whole`, and
 * a quarter in `npm test`, which has to end within ten minutes on two cores.
 */
export const generatedInputs = (whole: number): number =>
  process.env['FAIRLEAD_TEST_GENERATED'] === 'whole' ? whole : Math.ceil(whole / 4);
