"""All prose of the page, by what it speaks of: whole phrases with named holes."""
