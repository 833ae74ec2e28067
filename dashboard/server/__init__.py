"""What the server sends beside the page: headers, downloads, the offline page, static files."""
