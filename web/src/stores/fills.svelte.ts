/** Our fills, newest first. */
import { compareIntegers } from '../format/time';
import type { Fill } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

const MOST_KEPT = 2_000;

class Fills implements Consumer {
  list = $state.raw<Fill[]>([]);
  #fills: Fill[] = [];
  #publish = (): void => {
    this.list = this.#fills;
  };

  snapshot(data: unknown): void {
    this.#fills = [];
    this.update(data);
  }

  update(data: unknown): void {
    this.add(data as Fill[]);
  }

  /** What comes replaces what is known: a fill may have been busted. Also for older fills asked for by hand. */
  add(fills: Fill[]): void {
    const known = new Map([...this.#fills, ...fills].map((fill) => [fill.fill_id, fill]));
    this.#fills = [...known.values()]
      .sort((a, b) => compareIntegers(b.time, a.time) || compareIntegers(b.fill_id, a.fill_id))
      .slice(0, MOST_KEPT);
    inNextFrame(this.#publish);
  }
}

export const fills = new Fills();
