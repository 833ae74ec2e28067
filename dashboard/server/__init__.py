"""What the server sends besides the page: headers, downloads, the offline page, static files."""
