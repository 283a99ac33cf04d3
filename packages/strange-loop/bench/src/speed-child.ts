import { measureOne } from './speed.ts'

console.log(JSON.stringify(measureOne(process.argv[2]!)))
