"""The pages as a WSGI application, for larger sites that bring their own server."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
