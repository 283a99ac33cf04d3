// Run in a process of its own, beside the package as npm would install it: what the first verdict costs, from the
// import on.
const before = process.memoryUsage.rss()
const started = performance.now()
const { createDetector } = await import('@midstream/aimds-detection')
const imported = performance.now()
const detector = createDetector({ pii: false })
detector.check('Is this the first text that you read today?')
const ready = performance.now()
const report = {
  importMs: imported - started,
  readyMs: ready - imported,
  rssMiB: (process.memoryUsage.rss() - before) / 2 ** 20,
}
console.log(JSON.stringify(report))
