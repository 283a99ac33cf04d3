import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const source = fileURLToPath(new URL('../src/young-generation.ts', import.meta.url))

/** Size of the young generation in MiB after much garbage, of which some stays for a while. */
function youngGeneration(before: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    ${before}
    const kept = []
    for (let i = 0; i < 6e6; i++) kept[i % 20_000] = { i, list: [i] }
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    console.log(space.space_size / 2 ** 20)`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  return Number(stdout)
}

describe('keepYoungGenerationSmall', () => {
  it('keeps garbage from growing the young generation', () => {
    const left = youngGeneration('')
    const kept = youngGeneration(
      `import { keepYoungGenerationSmall } from ${JSON.stringify(source)}; keepYoungGenerationSmall()`,
    )
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThanOrEqual(left / 4)
  })
})
