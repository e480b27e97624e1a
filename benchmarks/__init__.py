"""How fast it is: `python -m benchmarks` prints medians beside their targets. Never part of the tests."""
