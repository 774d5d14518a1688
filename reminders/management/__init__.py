"""Commands of `manage.py`: doors, like views."""
