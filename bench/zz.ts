import { run } from './import.bench.ts';
const r = await run({ quick: process.argv[2] !== 'full' });
console.table(r.rows); console.log(JSON.stringify(r.ratios));
