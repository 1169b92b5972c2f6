"""Scrapy's settings, polite and safe from the start; every value that is not Scrapy's default says why.

What differs from crawl to crawl (time-out, User-Agent, network) is set by ``child.py``.
"""

BOT_NAME = "nichescout"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# One request per host at a time: the slot is named after the politeness key. The delay is kept by the visit
# (politeness.py), from the end of one request to the next; Scrapy would count it from start to start.
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0

# A callback gives one page and one request; Scrapy would start 100 tasks for each answer (a tenth of the crawl's time).
CONCURRENT_ITEMS = 1

# A stranger's server must not hold us or fill the memory. The limit counts before and after unpacking.
DOWNLOAD_TIMEOUT = 20
DNS_TIMEOUT = 10
DOWNLOAD_MAXSIZE = 5 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0

# Off by default in Scrapy: without it anybody on the way can answer.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Process-wide on purpose: in a spider's own settings it is ignored silently.
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardingResolver"
REACTOR_THREADPOOL_MAXSIZE = 20  # DNS look-ups block a thread each

# Only the web; Scrapy would also read file:, data:, ftp: and s3: addresses.
DOWNLOAD_HANDLERS = {
    "http": "crawler.handlers.LiveHandler",
    "https": "crawler.handlers.LiveHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}

# Both listen on a port and run what they are told.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# The catalog does these: a redirect or a retry is a new task under its own lease, and robots.txt is kept there.
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False
ROBOTSTXT_OBEY = False
HTTPCACHE_ENABLED = False
AUTOTHROTTLE_ENABLED = False

COOKIES_ENABLED = False  # we are nobody's session
REFERER_ENABLED = False  # addresses may carry the operator's query
HTTPPROXY_ENABLED = False  # a proxy would look names up behind the guarding resolver
HTTPERROR_ALLOW_ALL = True  # every status is an outcome that the catalog wants to know

DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.SafetyMiddleware": 50,
    "crawler.middlewares.RobotsMiddleware": 100,
    "crawler.keyed.KeyMiddleware": 150,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.WholeBodyMiddleware": 590,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # depth is the task's
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # crawler.safety checks it
}
ITEM_PIPELINES = {"crawler.pipelines.CommitPipeline": 500}

# Page by page on DEBUG, which would write addresses of people into the log.
LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 60.0
