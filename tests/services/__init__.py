"""Real servers for tests, brought from package registries and run without a container."""
