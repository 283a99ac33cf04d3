#!/usr/bin/env node
// Runs a root script with the Node and pnpm that the project is locked to, on a machine that has only
// Node >= 18 and npm. Plain JavaScript without dependencies, because nothing is installed yet when it runs.
//
//   node tools/run.mjs <script> [arguments]
//
// What it needs it installs under .tools/ (once per lockfile), from npm's cache when that is enough.
// On a platform without a locked binary it uses the Node that runs it, and `npx pnpm`.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const toolsDir = join(root, '.tools')
const [script, ...args] = process.argv.slice(2)
if (script === undefined) fail('usage: node tools/run.mjs <script> [arguments]')

const platform = `${process.platform}-${process.arch}`
const hasLockedBinaries = platform === 'linux-x64' || platform === 'linux-arm64'

const env = { ...process.env }
// npm hands its own configuration to scripts through npm_* variables; pnpm must not inherit it.
for (const key of Object.keys(env)) if (/^npm_/i.test(key)) delete env[key]
env.TURBO_TELEMETRY_DISABLED = '1'

const pnpm = hasLockedBinaries ? lockedToolchain() : ownToolchain()
run(pnpm, ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn'])
run(pnpm, ['run', '--silent', script, ...args])

function lockedToolchain() {
  const lock = join(root, 'tools/toolchain/package-lock.json')
  const stamp = join(toolsDir, 'stamp')
  const wanted = readFileSync(lock, 'utf8')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    mkdirSync(toolsDir, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(root, 'tools/toolchain', file), join(toolsDir, file))
    }
    process.stderr.write('midstream: installing Node and pnpm into .tools (once)\n')
    run(
      'npm',
      ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
      toolsDir,
    )
    writeFileSync(stamp, wanted)
  }
  const modules = join(toolsDir, 'node_modules')
  const nodeDir = join(modules, `node-${platform}`)
  // MIDSTREAM_NODE_DIR points at another Node installation: this is how the version matrix runs.
  const binDir = join(env.MIDSTREAM_NODE_DIR ?? nodeDir, 'bin')
  const version = spawnSync(join(binDir, 'node'), ['--version'], { encoding: 'utf8' })
  if (version.status !== 0) fail(`cannot run the Node in ${binDir}`)
  env.MIDSTREAM_NODE = version.stdout.trim()
  const pnpmDir = join(modules, '@pnpm', `exe.${platform}`)
  env.PATH = [binDir, pnpmDir, env.PATH].join(delimiter)
  return join(pnpmDir, 'pnpm')
}

function ownToolchain() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 22)
    fail(`no locked Node for ${platform}; install Node 22.19 or newer (this one is ${process.version})`)
  env.MIDSTREAM_NODE = process.version
  return undefined
}

function run(command, commandArgs, cwd = root) {
  const [file, list] =
    command === undefined
      ? ['npx', ['--yes', '--prefer-offline', '-p', 'pnpm@12.21.0', 'pnpm', ...commandArgs]]
      : [command, commandArgs]
  const result = spawnSync(file, list, { cwd, env, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.error) fail(`cannot start ${file}: ${result.error.message}`)
  if (result.signal) fail(`${file} was ended by ${result.signal}`)
  if (result.status !== 0) process.exit(result.status ?? 1)
}

function fail(message) {
  process.stderr.write(`midstream: ${message}\n`)
  process.exit(1)
}
