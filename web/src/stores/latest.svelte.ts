/** A channel whose every message is the whole truth: account, risk, stats, holdings. */
import type { Consumer } from '../protocol/socket';
import type { Account, Holding, Risk, Stats } from '../protocol/shapes';
import { inNextFrame } from './frame';

export class Latest<T> implements Consumer {
  value = $state.raw<T | null>(null);
  #latest: T | null = null;
  #publish = (): void => {
    this.value = this.#latest;
  };

  snapshot(data: unknown): void {
    this.#latest = data as T;
    inNextFrame(this.#publish);
  }

  update(data: unknown): void {
    this.snapshot(data);
  }
}

export const holdings = new Latest<Holding[]>();
export const account = new Latest<Account>();
export const risk = new Latest<Risk>();
export const stats = new Latest<Stats>();
