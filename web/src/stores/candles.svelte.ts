/** Candles of the selected symbol and interval. The chart is told what changed, so that it never redraws everything. */
import { compareIntegers } from '../format/time';
import type { Candle } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

export const INTERVALS = ['1s', '5s', '15s', '1m', '5m', '15m', '1h'] as const;
export type Interval = (typeof INTERVALS)[number];
export const INTERVAL_S: Record<Interval, number> = {
  '1s': 1,
  '5s': 5,
  '15s': 15,
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '1h': 3600,
};

const MOST_KEPT = 2_000;

export interface CandlesView {
  all: readonly Candle[];
  /** What changed since the last frame, oldest first; null where everything did. */
  changed: readonly Candle[] | null;
}

class Candles implements Consumer {
  interval = $state<Interval>('1s');
  view = $state.raw<CandlesView>({ all: [], changed: null });
  #all: Candle[] = [];
  #changed: Map<string, Candle> | null = null;
  #publish = (): void => {
    this.view = { all: this.#all, changed: this.#changed === null ? null : [...this.#changed.values()] };
    this.#changed = new Map();
  };

  clear(): void {
    this.snapshot([]);
  }

  snapshot(data: unknown): void {
    this.#all = [...(data as Candle[])].sort((a, b) => compareIntegers(a.time, b.time));
    this.#changed = null;
    inNextFrame(this.#publish);
  }

  update(data: unknown): void {
    for (const candle of data as Candle[]) this.#put(candle);
    if (this.#all.length > MOST_KEPT) this.#all = this.#all.slice(-MOST_KEPT);
    inNextFrame(this.#publish);
  }

  #put(candle: Candle): void {
    let at = this.#all.length - 1;
    while (at >= 0 && compareIntegers((this.#all[at] as Candle).time, candle.time) > 0) at--;
    const same = at >= 0 && (this.#all[at] as Candle).time === candle.time;
    this.#all.splice(same ? at : at + 1, same ? 1 : 0, candle);
    this.#changed?.set(candle.time, candle);
  }
}

export const candles = new Candles();
