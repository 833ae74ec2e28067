"""What a dataset is made of, and the registries that everything else reads: places, measures, fields."""
