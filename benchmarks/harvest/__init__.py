"""Does a focused crawl find the niche with fewer pages? An invented web, four orders over it, the pages each needs."""
