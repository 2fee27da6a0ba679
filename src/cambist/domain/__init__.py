"""What trading is: values, orders, positions, commands, events and rules. No clock, no I/O, no logging."""
