/** How charts look. The library draws on a canvas, so the colours of tokens.css are repeated here. */
import {
  ColorType,
  CrosshairMode,
  LineStyle,
  type DeepPartial,
  type ChartOptions,
  type CandlestickSeriesPartialOptions,
  type HistogramSeriesPartialOptions,
} from 'lightweight-charts';

export const COLOURS = {
  ground: '#10141a',
  text: '#98a5b5',
  grid: '#181e27',
  line: '#1d242e',
  cross: '#4a586b',
  up: '#2fae8e',
  down: '#d9635c',
  volumeUp: '#2fae8e40',
  volumeDown: '#d9635c40',
  buyMark: '#7fe3c8',
  sellMark: '#ffb0a8',
  curve: '#86b4ff',
  curveFill: '#86b4ff1c',
} as const;

const FONT = "'Inter Variable', 'Segoe UI', system-ui, sans-serif";

export const CHART_OPTIONS: DeepPartial<ChartOptions> = {
  autoSize: true,
  layout: {
    background: { type: ColorType.Solid, color: COLOURS.ground },
    textColor: COLOURS.text,
    fontFamily: FONT,
    fontSize: 11,
    /* Named in the footer instead, with a link. */
    attributionLogo: false,
  },
  grid: { vertLines: { color: COLOURS.grid }, horzLines: { color: COLOURS.grid } },
  crosshair: {
    mode: CrosshairMode.Normal,
    vertLine: { color: COLOURS.cross, style: LineStyle.Dashed, labelBackgroundColor: '#323d4b' },
    horzLine: { color: COLOURS.cross, style: LineStyle.Dashed, labelBackgroundColor: '#323d4b' },
  },
  rightPriceScale: { borderColor: COLOURS.line },
  timeScale: { borderColor: COLOURS.line, timeVisible: true, secondsVisible: true, rightOffset: 4, barSpacing: 7 },
  kineticScroll: { mouse: false, touch: true },
};

export const CANDLE_OPTIONS: CandlestickSeriesPartialOptions = {
  upColor: COLOURS.up,
  downColor: COLOURS.down,
  wickUpColor: COLOURS.up,
  wickDownColor: COLOURS.down,
  borderVisible: false,
  priceLineColor: '#6f8196',
  priceLineStyle: LineStyle.Dotted,
};

export const VOLUME_OPTIONS: HistogramSeriesPartialOptions = {
  priceFormat: { type: 'volume' },
  priceScaleId: '',
  priceLineVisible: false,
  lastValueVisible: false,
};
