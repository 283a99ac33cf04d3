#!/usr/bin/env node
// Runs a root script with the Node and pnpm that the project is locked to, on a machine that has only
// Node >= 18 and npm. Plain JavaScript without dependencies, because nothing is installed yet when it runs.
//
//   node tools/run.mjs <script> [arguments]
//
// What it needs it installs under .tools/ (once per lockfile), from npm's cache when that is enough.
// On a platform without a locked binary it uses the Node that runs it, and `npx pnpm`.
// Why it is built this way: docs/decisions/0003-launcher-with-two-locked-binaries.md

import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PNPM = 'pnpm@12.21.0'
const parent = process.ppid
const root = fileURLToPath(new URL('..', import.meta.url))
const toolsDir = join(root, '.tools')
const [script, ...given] = process.argv.slice(2)
// npm takes the `--` before the arguments of a script away, pnpm leaves it there.
const args = given[0] === '--' ? given.slice(1) : given
if (script === undefined) fail('usage: node tools/run.mjs <script> [arguments]')
const line = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts[script]
if (line === undefined) fail(`package.json has no script ${script}`)

// npm hands its whole configuration to scripts through npm_* variables. Most of it belongs to the run of npm
// that is going on; how to reach the registry is the user's and stays.
const kept = /^npm_config_(registry|cache|userconfig|offline|proxy|https_proxy|noproxy|cafile|strict_ssl)$/i
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
// Node strips the types of a module once and keeps the result: the second start takes half the time.
env.NODE_COMPILE_CACHE ??= join(root, '.tools', 'compile-cache')
for (const key of Object.keys(env)) if (/^npm_/i.test(key) && !kept.test(key)) delete env[key]
const offline = env.npm_config_offline === 'true'

const platform = `${process.platform}-${process.arch}`
const locked = platform === 'linux-x64' || platform === 'linux-arm64'
const [pnpm, ...pnpmArgs] = locked ? lockedToolchain() : ownToolchain()
const reach = offline ? '--offline' : '--prefer-offline'
run(pnpm, [...pnpmArgs, 'install', '--frozen-lockfile', reach, '--reporter=append-only', '--loglevel=warn'])
// pnpm passes a signal on but loses the exit status, and so does a shell: a script that is one plain command
// runs without either, so that a signal reaches the program and its status comes back.
if (!locked) supervise(pnpm, [...pnpmArgs, 'run', '--silent', script, ...args], process.platform === 'win32')
else if (/[^\w\s@.,:=/-]/.test(line)) supervise(`${line} ${args.map(quote).join(' ')}`, [], true)
else supervise(line.split(' ')[0], [...line.split(' ').slice(1), ...args], false)

/** Installs Node and pnpm where needed, puts them first on the PATH, and returns the command for pnpm. */
function lockedToolchain() {
  const wanted = readFileSync(join(root, 'tools/toolchain/package-lock.json'), 'utf8')
  const stamp = join(toolsDir, 'stamp')
  const modules = join(toolsDir, 'node_modules')
  const node = join(modules, `node-${platform}`, 'bin/node')
  const pnpmFile = join(modules, '@pnpm', `exe.${platform}`, 'pnpm')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    mkdirSync(toolsDir, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(root, 'tools/toolchain', file), join(toolsDir, file))
    }
    process.stderr.write('midstream: installing Node and pnpm into .tools (once)\n')
    const npmCi = 'ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error'.split(' ')
    run('npm', npmCi, toolsDir)
    // npm passes over what it cannot fetch or store, because no machine needs all four. A cache that cannot be
    // written is one cause: a cache of our own takes its place.
    if (![node, pnpmFile].every(existsSync))
      run('npm', [...npmCi, '--cache', join(toolsDir, 'npm-cache')], toolsDir)
    if (![node, pnpmFile].every(existsSync))
      fail('npm could not fetch Node and pnpm; is the registry within reach?')
    writeFileSync(stamp, wanted)
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' })
  if (version.status !== 0) fail(`cannot run ${node}; remove .tools and try again`)
  // turbo keys its cache by this: it does not see the Node version itself.
  env.TOOLCHAIN_NODE = version.stdout.trim()
  env.PATH = [join(root, 'node_modules/.bin'), dirname(node), dirname(pnpmFile), env.PATH].join(delimiter)
  return [pnpmFile]
}

function ownToolchain() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 19)) {
    fail(`no locked Node for ${platform}; install Node 22.19 or newer (this one is ${process.version})`)
  }
  env.TOOLCHAIN_NODE = process.version
  return ['npx', '--yes', '--prefer-offline', '-p', PNPM, 'pnpm']
}

/** Runs a step of the set-up to its end; a failure ends the launcher with the step's status. */
function run(file, list, cwd = root) {
  const result = spawnSync(file, list, { cwd, env, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.error) fail(`cannot start ${file}: ${result.error.message}`)
  if (result.status !== 0) process.exit(result.status ?? 128 + constants.signals[result.signal])
}

/** Runs the script, passes signals on to it, and ends with its exit status. */
function supervise(file, list, shell) {
  const child = spawn(file, list, { cwd: root, env, stdio: 'inherit', shell })
  child.on('error', (error) => fail(`cannot start ${script}: ${error.message}`))
  let watch
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      clearInterval(watch)
      // Ctrl-C in a terminal already reaches every process of the group; twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  // npm starts us through a shell and sends its signals to that shell, which may die without passing them on:
  // being orphaned is then the signal. Only below npm: who starts us directly may leave.
  if (process.env.npm_lifecycle_event !== undefined) {
    watch = setInterval(() => process.ppid === parent || process.emit('SIGTERM'), 100)
  }
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function fail(message) {
  process.stderr.write(`midstream: ${message}\n`)
  process.exit(1)
}
