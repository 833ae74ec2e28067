"""Files to a `Dataset`, and a dataset or a selection to files."""
