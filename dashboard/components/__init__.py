"""What the page draws in the browser with components of its own."""
