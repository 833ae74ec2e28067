"""Links: a query string to `Filters` and back, and what of it a dataset can give."""
