"""What follows from a dataset: the worlds that its claims allow, and every figure as bounds over these."""
