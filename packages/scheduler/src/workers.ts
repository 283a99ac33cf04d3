export {
  createWorkerPool,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkerPoolStats,
  type WorkerTaskOptions,
} from './lib/worker-pool.ts'
