/** The shapes of the REST and WebSocket contract (docs/api.md). Amounts, ids and times are strings. */

export type Amount = string;
export type Nanoseconds = string;
export type Side = 'BUY' | 'SELL';
export type OrderType =
  | 'LIMIT'
  | 'MARKET'
  | 'STOP'
  | 'STOP_LIMIT'
  | 'TRAILING_STOP'
  | 'MARKET_IF_TOUCHED'
  | 'LIMIT_IF_TOUCHED'
  | 'MARKET_TO_LIMIT'
  | 'PEGGED';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD' | 'DAY' | 'AT_OPEN' | 'AT_CLOSE';
export type TriggerSource = 'LAST' | 'MARK' | 'BID_ASK';
export type OffsetUnit = 'TICKS' | 'BASIS_POINTS';
export type PegReference = 'PRIMARY' | 'OPPOSITE' | 'MID';
export type TradingState = 'ACTIVE' | 'REDUCING' | 'HALTED';
export type StrategyState = 'STOPPED' | 'RUNNING' | 'PAUSED' | 'ERROR';
export type Phase =
  'PRE_OPEN' | 'OPENING_AUCTION' | 'CONTINUOUS' | 'VOLATILITY_AUCTION' | 'CLOSING_AUCTION' | 'HALTED' | 'CLOSED';
export type Contingency = 'OCO' | 'PARENT' | 'CHILD';
export type Level = [price: Amount, qty: Amount];

export interface Instrument {
  symbol: string;
  kind: 'PERPETUAL' | 'SPOT';
  base_asset: string | null;
  quote_asset: string | null;
  venue: string;
  phase: Phase;
  tick_size: Amount;
  lot_size: Amount;
  min_notional: Amount;
  max_order_qty: Amount;
  price_band: Amount;
  matching: 'PRICE_TIME' | 'PRO_RATA';
  minimum_allocation: Amount;
  top_order_priority: boolean;
  mark_price: Amount;
  last_price: Amount | null;
}

/** Where an instrument of our venue is in its day; what is null is not known, or there is none. */
export interface Session {
  symbol: string;
  phase: Phase;
  since: Nanoseconds | null;
  next_phase: Phase | null;
  next_change: Nanoseconds | null;
  auction: { price: Amount | null; qty: Amount; imbalance_side: Side | null; imbalance_qty: Amount } | null;
  halt: { reason: string; cause: string } | null;
  limit_state: { side: Side; until: Nanoseconds } | null;
}

export interface Holding {
  account: string;
  asset: string;
  balance: Amount;
  reserved: Amount;
  free: Amount;
}

export interface Order {
  order_id: string;
  client_order_id: string | null;
  account: string;
  strategy: string | null;
  symbol: string;
  side: Side;
  order_type: OrderType;
  time_in_force: TimeInForce;
  post_only: boolean;
  reduce_only: boolean;
  display_qty: Amount | null;
  min_qty: Amount | null;
  trigger_price: Amount | null;
  trigger_source: TriggerSource | null;
  offset: number | null;
  offset_unit: OffsetUnit | null;
  peg_reference: PegReference | null;
  peg_limit: string | null;
  contingency: Contingency | null;
  group_id: number | null;
  price: Amount | null;
  qty: Amount;
  filled_qty: Amount;
  leaves_qty: Amount;
  avg_price: Amount | null;
  commission: Amount;
  status: string;
  reason: string | null;
  expire_time: Nanoseconds | null;
  created_at: Nanoseconds;
  updated_at: Nanoseconds;
}

export interface Fill {
  fill_id: string;
  order_id: string;
  trade_id: string;
  account: string;
  strategy: string | null;
  symbol: string;
  side: Side;
  price: Amount;
  qty: Amount;
  commission: Amount;
  liquidity: string;
  adjustment: 'BUSTED' | 'CORRECTED' | null;
  time: Nanoseconds;
}

export interface Position {
  account: string;
  strategy: string | null;
  symbol: string;
  side: 'LONG' | 'SHORT' | 'FLAT';
  qty: Amount;
  entry_price: Amount | null;
  mark_price: Amount;
  notional: Amount;
  unrealised_pnl: Amount;
  realised_pnl: Amount;
}

export interface Account {
  account: string;
  balance: Amount;
  equity: Amount;
  unrealised_pnl: Amount;
  realised_pnl: Amount;
  daily_pnl: Amount;
  peak_equity: Amount;
  drawdown: Amount;
  position_notional: Amount;
  order_notional: Amount;
  margin_required: Amount;
  margin_ratio: Amount | null;
  open_orders: number;
  time: Nanoseconds;
}

export type ParameterValue = string | number | boolean;

export interface Parameter {
  name: string;
  type: string;
  value: ParameterValue;
  default: ParameterValue;
  min: ParameterValue | null;
  max: ParameterValue | null;
  live: boolean;
}

export interface Strategy {
  name: string;
  strategy_id: string | number;
  account: string;
  state: StrategyState;
  cause: string | null;
  parameters: Parameter[];
  pnl: Amount;
  net_pnl: Amount;
  unrealised_pnl: Amount;
  max_drawdown: Amount;
  volume: Amount;
  trades: number;
  win_rate: Amount | number | null;
  open_orders: number;
  positions: Position[];
}

export interface Trade {
  trade_id: string;
  symbol: string;
  price: Amount;
  qty: Amount;
  aggressor: 'BUYER' | 'SELLER';
  time: Nanoseconds;
}

export interface Candle {
  time: Nanoseconds;
  open: Amount;
  high: Amount;
  low: Amount;
  close: Amount;
  volume: Amount;
  trades: number;
}

export interface Quote {
  symbol: string;
  bid_price: Amount | null;
  bid_qty: Amount | null;
  ask_price: Amount | null;
  ask_qty: Amount | null;
  last_price: Amount | null;
  mark_price: Amount | null;
  time: Nanoseconds;
}

export interface Limit {
  scope: string;
  account: string;
  strategy: string | null;
  name: string;
  limit: Amount | number | null;
  used: Amount | number | null;
  use: Amount | number | null;
}

export interface StrategySwitch {
  strategy: string;
  account: string;
  trading_state: TradingState;
  strategy_state: TradingState;
  killed: boolean;
}

export interface AccountSwitch {
  account: string;
  trading_state: TradingState;
  account_state: TradingState;
  killed: boolean;
}

/** Without an account in the request it is the firm's: every account is in `accounts` and `limits`. */
export interface Risk {
  account: string;
  trading_state: TradingState;
  firm_state: TradingState;
  account_state: TradingState;
  killed: boolean;
  accounts: AccountSwitch[];
  strategies: StrategySwitch[];
  forbidden: { account: string; symbol: string }[];
  limits: Limit[];
}

export interface PnlPoint {
  time: Nanoseconds;
  equity: Amount;
  pnl: Amount;
}

export interface BookData {
  symbol?: string;
  time?: Nanoseconds;
  bids: Level[];
  asks: Level[];
}

export interface Percentiles {
  p50: number;
  p99: number;
  max: number;
}

export interface Stats {
  engine_time: Nanoseconds;
  wall_time: Nanoseconds;
  lag_ms: number;
  events_per_second: number;
  commands_per_second: number;
  queue_depth: number;
  kernel: string;
  state: string;
  sequence: string | number;
  latency_us: Record<string, Percentiles>;
}

/** What the server answers where it refuses: a value like any other, with the operator's next step. */
export interface Refusal {
  code: string;
  message: string;
  action: string;
  request_id?: string | null;
  order_id?: string | null;
}
