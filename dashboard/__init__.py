"""The dashboard: page, map with player, server. It imports `geodata`, never the reverse."""
