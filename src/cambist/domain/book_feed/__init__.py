"""The public market data of our own venue, made from the engine's records.

`MarketFeed` reads every command with its events and states, per instrument and under one sequence, what changed: the
quote (L1), the price levels (L2) and the displayed orders (L3). Hidden orders never appear. docs/market-data.md is the
page for those who read the feed.
"""
