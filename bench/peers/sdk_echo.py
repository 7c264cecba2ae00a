# ruff: noqa: SIM112 - the names of the SDK's own samples
"""The echo bot of the SDK's samples: CloudAdapter as shipped, its own token check and its own connector.

Two things differ from the sample, for they must on loopback. The keys of the tokens come from the address in
OPENID_METADATA_URL (a class attribute of the SDK's own check, so the same code checks them as in production). The
token for the way out is made up: the SDK accepts no authority but Microsoft's, and a real one would add two blocking
requests to each turn. So the figures of this peer flatter it.
"""

import os

from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth import ChannelValidation, MicrosoftAppCredentials


class EchoBot:
    """Says back what was said."""

    async def on_turn(self, context: TurnContext) -> None:
        """Reply to a message by the SDK's connector."""
        if context.activity.type == "message":
            await context.send_activity(f"Echo: {context.activity.text}")


class Configuration:
    """What the SDK reads, under the names that it looks for."""

    APP_TYPE = os.environ.get("MicrosoftAppType", "SingleTenant")
    APP_ID = os.environ.get("MicrosoftAppId", "")
    APP_PASSWORD = os.environ.get("MicrosoftAppPassword", "")
    APP_TENANTID = os.environ.get("MicrosoftAppTenantId", "")


def made_up_token(_: MicrosoftAppCredentials, force_refresh: bool = False) -> str:
    """Stands where the SDK would ask Microsoft for a token; nothing else of its credentials is changed."""
    return "made-up"


def application() -> web.Application:
    """The server."""
    if not Configuration.APP_ID:
        raise SystemExit("MicrosoftAppId is missing: without it the SDK checks no tokens, and nothing is compared")
    ChannelValidation.open_id_metadata_endpoint = os.environ["OPENID_METADATA_URL"]
    MicrosoftAppCredentials.get_access_token = made_up_token
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(Configuration()))
    bot = EchoBot()

    async def messages(request: web.Request) -> web.Response:
        answer: web.Response | None = await adapter.process(request, bot)
        return answer or web.Response(status=201)

    async def alive(_: web.Request) -> web.Response:
        return web.Response()

    served = web.Application()
    served.router.add_post("/api/messages", messages)
    served.router.add_get("/healthz", alive)
    return served


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None)
