"""What is asked over HTTP and looked at in a browser, and what assistants ask (MCP). Nothing here crawls."""
