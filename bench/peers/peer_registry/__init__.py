"""A registry in Django as one would start it, with django-import-export."""
