"""Template tags and filters of the project; `{% load desk %}`."""
