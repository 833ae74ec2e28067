"""The world: points to countries, names, nearest borders, borders crossed, lines over the sphere."""
