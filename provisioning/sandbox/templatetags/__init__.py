"""Template filters of the sandbox pages."""
