import { describe, expect, it } from 'vitest';
import { fillMarkers } from '../src/charts/markers';
import type { Fill, Instrument } from '../src/protocol/shapes';

const INSTRUMENT = { symbol: 'BTCUSDT', lot_size: '0.001' } as Instrument;

function fill(second: number, side: 'BUY' | 'SELL', qty: string, symbol = 'BTCUSDT'): Fill {
  return { symbol, side, qty, time: `${second}000000001` } as Fill;
}

describe('fill markers', () => {
  it('stand on the candle of the fill, one per candle and side, in order of time', () => {
    const markers = fillMarkers(
      [fill(127, 'BUY', '0.1'), fill(121, 'SELL', '0.5'), fill(125, 'BUY', '0.2')],
      INSTRUMENT,
      5,
      '0',
    );
    expect(markers.map(({ time, position, text }) => [time, position, text])).toEqual([
      [120, 'aboveBar', 'S 0.5'],
      [125, 'belowBar', 'B 0.3'],
    ]);
  });

  it('leave out other symbols and what lies before the first candle', () => {
    expect(
      fillMarkers([fill(10, 'BUY', '1'), fill(200, 'BUY', '1', 'ETHUSDT')], INSTRUMENT, 5, '100000000000'),
    ).toEqual([]);
  });

  it('lose their text where there are many', () => {
    const many = Array.from({ length: 40 }, (_, place) => fill(place * 5, 'BUY', '1'));
    expect(fillMarkers(many, INSTRUMENT, 5, '0').every((marker) => marker.text === '')).toBe(true);
  });
});
