/** What can be traded, and which of it the page looks at. */
import { api } from '../protocol/api';
import type { Instrument } from '../protocol/shapes';

class Instruments {
  list = $state.raw<Instrument[]>([]);
  symbol = $state<string | null>(null);

  get selected(): Instrument | null {
    return this.list.find((instrument) => instrument.symbol === this.symbol) ?? null;
  }

  of(symbol: string): Instrument | null {
    return this.list.find((instrument) => instrument.symbol === symbol) ?? null;
  }

  /** Called after every greeting: a restarted server may trade other instruments. */
  async load(): Promise<void> {
    const answer = await api.get<{ instruments: Instrument[] }>('instruments');
    if (!answer.ok) return;
    this.list = answer.value.instruments;
    if (this.selected === null) this.symbol = this.list[0]?.symbol ?? null;
  }

  select(symbol: string): void {
    this.symbol = symbol;
  }
}

export const instruments = new Instruments();
