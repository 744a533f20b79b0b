"""The evaluator: what a Python program would compute, without running it."""
