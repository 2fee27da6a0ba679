import { describe, expect, it } from 'vitest';
import { groupsOf } from '../src/panels/limit_groups';
import type { AccountSwitch, Limit, Risk, TradingState } from '../src/protocol/shapes';

function limit(account: string, strategy: string | null, name: string, value: string | null): Limit {
  return { scope: strategy ?? 'account', account, strategy, name, limit: value, used: null, use: null };
}

function account(name: string, state: TradingState): AccountSwitch {
  return { account: name, trading_state: state, account_state: state, killed: false };
}

function risk(accounts: AccountSwitch[], limits: Limit[]): Risk {
  const held = { firm_state: 'ACTIVE', account_state: 'ACTIVE', trading_state: 'ACTIVE' } as const;
  return { account: 'firm', ...held, killed: false, accounts, strategies: [], forbidden: [], limits };
}

describe('groups of limits', () => {
  it('go account by account, strategies behind the account they trade in', () => {
    const groups = groupsOf(
      risk(
        [account('main', 'ACTIVE'), account('strategies', 'ACTIVE')],
        [
          limit('main', null, 'leverage', '10'),
          limit('strategies', null, 'leverage', '10'),
          limit('strategies', 'momentum', 'max_open_orders', '5'),
        ],
      ),
    );
    expect(groups.map((group) => group.title)).toEqual(['Account main', 'Account strategies', 'momentum']);
    expect(new Set(groups.map((group) => group.key)).size).toBe(3);
  });

  it('leave out what a strategy has no limit for, never what an account has none for', () => {
    const groups = groupsOf(
      risk(
        [account('main', 'ACTIVE')],
        [
          limit('main', null, 'max_daily_loss', null),
          limit('main', 'maker', 'max_daily_loss', null),
          limit('main', 'maker', 'max_open_orders', '5'),
        ],
      ),
    );
    expect(groups.map((group) => group.limits.map((each) => each.name))).toEqual([
      ['max_daily_loss'],
      ['max_open_orders'],
    ]);
  });

  it('say where an account may do less than the firm', () => {
    const limits = [limit('main', null, 'leverage', '10'), limit('strategies', null, 'leverage', '10')];
    const groups = groupsOf(risk([account('main', 'ACTIVE'), account('strategies', 'HALTED')], limits));
    expect(groups.map((group) => group.state)).toEqual([null, 'HALTED']);
  });
});
