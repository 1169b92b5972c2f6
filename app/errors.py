"""Errors of the use cases.

UserError
ConfigError      nichescout.toml or an environment variable cannot be understood
CollectionError  a file to import is not what it should be; names file and line
ChildFailed      the crawl or build process ended badly; names its log
"""

from base.errors import UserError


class ConfigError(UserError):
    """The configuration cannot be understood."""


class CollectionError(UserError):
    """A file to import is not what it should be."""


class ChildFailed(UserError):
    """A child process ended badly."""
