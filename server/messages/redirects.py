"""How a push service is asked; loaded with the first message, because the library takes long."""

from typing import Any

from requests import Response, Session


class NoRedirects(Session):
    """A push service that sends us elsewhere could send us into the company's own network."""

    def post(self, url: Any, data: Any = None, json: Any = None, **more: Any) -> Response:
        return super().post(url, data, json, **{**more, "allow_redirects": False})
