"""Speed of a warm engine on a generated index: ``world`` makes it, ``questions`` asks, ``engine`` measures."""
