"""An invented small web: its people, their posts, and a loopback server that speaks the platforms' real shapes.

The source form lies in ``fixtures/worlds``; ``python -m tests.world.make`` crawls it and stores the recording there.
"""
