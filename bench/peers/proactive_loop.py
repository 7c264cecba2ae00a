"""A broadcast as the SDK's samples show it: in the turn, `continue_conversation` for one person after another.

What flatters this peer: the card is ready made, nothing is written down, the token for the way out is made up (see
`bench.peers.sdk_echo`), and the conversation references are in memory from the start.
"""

import os

from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount, ConversationReference
from botframework.connector.auth import ChannelValidation, MicrosoftAppCredentials

from bench.peers.sdk_echo import Configuration, made_up_token
from bench.stalls import watched

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "text": "Hiljainen viikko", "wrap": True}],
}


class Broadcaster:
    """Sends a card to everybody when it is written to, and then says so."""

    def __init__(self, adapter: CloudAdapter, references: list[ConversationReference]) -> None:
        self._adapter = adapter
        self._references = references

    async def on_turn(self, context: TurnContext) -> None:
        """One person after another, then the answer."""
        if context.activity.type != "message":
            return
        for reference in self._references:
            await self._adapter.continue_conversation(reference, _send_card, Configuration.APP_ID)
        await context.send_activity(f"Sent to {len(self._references)} people")


async def _send_card(context: TurnContext) -> None:
    context.activity.id = None  # made up by the SDK; with it the card would be a reply to a message that nobody wrote
    attachment = Attachment(content_type="application/vnd.microsoft.card.adaptive", content=CARD)
    await context.send_activity(Activity(type="message", attachments=[attachment]))


def references(people: int) -> list[ConversationReference]:
    """Where the people of a crowd are reached, by their numbers from 1 on."""
    return [
        ConversationReference(
            bot=ChannelAccount(id=os.environ["BOT_ID"]),
            user=ChannelAccount(id=f"29:{number}"),
            conversation=ConversationAccount(id=f"a:{number}", tenant_id=Configuration.APP_TENANTID),
            channel_id="msteams",
            service_url=os.environ["SERVICE_URL"],
        )
        for number in range(1, people + 1)
    ]


def application() -> web.Application:
    """The server. Raises KeyError where BOT_ID, SERVICE_URL, PEOPLE or OPENID_METADATA_URL is missing."""
    ChannelValidation.open_id_metadata_endpoint = os.environ["OPENID_METADATA_URL"]
    MicrosoftAppCredentials.get_access_token = made_up_token
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(Configuration()))
    bot = Broadcaster(adapter, references(int(os.environ["PEOPLE"])))

    async def messages(request: web.Request) -> web.Response:
        answer: web.Response | None = await adapter.process(request, bot)
        return answer or web.Response(status=201)

    async def alive(_: web.Request) -> web.Response:
        return web.Response()

    served = web.Application()
    served.router.add_post("/api/messages", messages)
    served.router.add_get("/healthz", alive)
    return watched(served)


def main() -> None:
    """Serve until stopped."""
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None)


if __name__ == "__main__":
    main()
