"""Starts benchmarks/speed/crawl_plain.py; worker processes import their parent's main module, which so stays light."""

if __name__ == "__main__":
    from benchmarks.speed.crawl_plain import main

    main()
