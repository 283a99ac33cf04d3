import { type Action, compareActions } from '@midstream/core'

/** The stricter of two actions. Commutative, associative, idempotent; `allow` is neutral. */
export function joinActions(a: Action, b: Action): Action {
  return compareActions(a, b) < 0 ? b : a
}

/** The strictest of many actions: the verdict over several findings. `allow` when there are none. */
export function worstAction(actions: Iterable<Action>): Action {
  let worst: Action = 'allow'
  for (const action of actions) worst = joinActions(worst, action)
  return worst
}
