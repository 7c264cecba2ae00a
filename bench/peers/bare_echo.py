"""The least a Python server can do for a turn: read the JSON, answer the JSON. No token, no storage, no reply."""

import os

from aiohttp import web


async def echo(request: web.Request) -> web.Response:
    """Answer what was posted."""
    return web.json_response(await request.json())


async def alive(_: web.Request) -> web.Response:
    """Say that the server is up."""
    return web.Response()


def application() -> web.Application:
    """The server."""
    served = web.Application()
    served.router.add_post("/api/messages", echo)
    served.router.add_get("/healthz", alive)
    return served


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None)
