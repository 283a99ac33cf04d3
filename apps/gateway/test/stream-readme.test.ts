import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import * as detection from '@midstream/aimds-detection'
import * as stream from '@midstream/stream'
import { describe, expect, it } from 'vitest'

// The package itself may not know an inspector; an app may.
describe('the README of @midstream/stream', () => {
  it('ST-04 ST-07 prints what the comments of its example say', async () => {
    const text = readFileSync(new URL('../../../packages/stream/README.md', import.meta.url), 'utf8')
    const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
    const block = blocks.find((code) => code.includes('// → '))!
    const expected = [...block.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line!)
    const printed: string[] = []
    const names = {
      ...detection,
      ...stream,
      console: { log: (...line: string[]) => printed.push(line.join(' ')) },
    }
    const code = stripTypeScriptTypes(`async () => {${block.replace(/^import .*$/gm, '')}}`)
    const run = new Function(...Object.keys(names), `return ${code}`)(...Object.values(names))
    await (run as () => Promise<void>)()
    await new Promise((resolve) => setImmediate(resolve))
    expect(printed).toEqual(expected)
  })
})
