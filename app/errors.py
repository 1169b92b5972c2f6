"""Errors of the use cases.

UserError
ConfigError      nichescout.toml or an environment variable cannot be understood
CollectionError  a file to import is not what it should be; names file and line
BackupError      a file that is no backup, or a place that cannot take one
WebhookRefused   an address to which no news may be sent
ChildFailed      the crawl or build process ended badly; names its log
"""

from base.errors import UsageError, UserError


class ConfigError(UserError):
    """The configuration cannot be understood."""


class CollectionError(UserError):
    """A file to import is not what it should be."""


class BackupError(UserError):
    """A file is no backup, or a place cannot take one."""


class WebhookRefused(UsageError):
    """News must not be sent to this address."""


class ChildFailed(UserError):
    """A child process ended badly."""
