/** Limits as they are read: account by account, each with its own first and then those of its strategies. */
import type { Limit, Risk, TradingState } from '../protocol/shapes';

export interface LimitGroup {
  key: string;
  title: string;
  /** Where the account may do less than the firm; null elsewhere. */
  state: TradingState | null;
  limits: Limit[];
}

/** An account shows every limit, a strategy only those that are set. */
export function groupsOf(risk: Risk): LimitGroup[] {
  return risk.accounts
    .flatMap((account) => {
      const own = risk.limits.filter((limit) => limit.account === account.account);
      const scopes = [null, ...new Set(own.map((limit) => limit.strategy).filter((name) => name !== null))];
      const state = account.trading_state === risk.trading_state ? null : account.trading_state;
      return scopes.map((strategy) => ({
        key: `${account.account}|${strategy ?? ''}`,
        title: strategy ?? `Account ${account.account}`,
        state: strategy === null ? state : null,
        limits: own.filter((limit) => limit.strategy === strategy && (strategy === null || limit.limit !== null)),
      }));
    })
    .filter((group) => group.limits.length > 0);
}
