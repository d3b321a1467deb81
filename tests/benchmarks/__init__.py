"""Benchmarks: ratios within one run, against the simulator with fifty milliseconds of latency and beside a peer."""
