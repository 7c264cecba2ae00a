"""What Sparri makes of each activity that Teams sends."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botbuilder.schema import Activity

from bot.teams.answers import answer, failure, remaining
from bot.teams.incoming import Incoming, Kind, MalformedInvoke, language_of, plain, read
from coaching.people import Language
from demo.activities import Activities
from dialogs.reply import ChangedCard, NewCard, Reply, Text

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
TEAMS = Activities(now=lambda: NOW)
AINO = TEAMS.user("Aino Esimerkki")
BOT = {"id": TEAMS.bot_id}
GROUP = {"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True, "tenantId": TEAMS.tenant}
OURS = {"v": 1, "verb": "submit", "ask": 12, "card": 34, "revision": 2, "arg": "yes"}


def incoming(raw: dict[str, Any]) -> Incoming:
    return read(Activity().deserialize(raw), raw, now=NOW)


def invoke(name: str, value: object) -> dict[str, Any]:
    return TEAMS.execute(AINO, "submit", {}, name=name, value=value)


def event(kind: str, **own: Any) -> dict[str, Any]:
    return TEAMS.reaction(AINO, type=kind, reactionsAdded=None, replyToId=None, **own)


KINDS = [
    pytest.param(TEAMS.installed(AINO, action="add-upgrade"), Kind.IGNORED, id="an upgrade greets nobody"),
    pytest.param(TEAMS.installed(AINO, action="remove-upgrade"), Kind.IGNORED, id="an upgrade removes nobody"),
    pytest.param(TEAMS.installed(AINO), Kind.INSTALLED, id="an install"),
    pytest.param(TEAMS.uninstalled(AINO), Kind.UNINSTALLED, id="an uninstall"),
    pytest.param(TEAMS.installed(AINO, conversation=GROUP), Kind.IGNORED, id="an install in a group"),
    pytest.param(TEAMS.added(AINO), Kind.INSTALLED, id="the bot came"),
    pytest.param(TEAMS.added(AINO, membersAdded=None, membersRemoved=[BOT]), Kind.UNINSTALLED, id="the bot left"),
    pytest.param(TEAMS.added(AINO, membersAdded=[{"id": AINO.user_id}]), Kind.IGNORED, id="somebody else came"),
    pytest.param(TEAMS.added(AINO, conversation=GROUP), Kind.IGNORED, id="the bot came to a group"),
    pytest.param(TEAMS.added(AINO, membersAdded=None, channelData=None), Kind.IGNORED, id="nobody came"),
    pytest.param(TEAMS.message(AINO, "moi"), Kind.MESSAGE, id="a message"),
    pytest.param(TEAMS.message(AINO, "", attachments=[{"contentType": "image/png"}]), Kind.MESSAGE, id="a picture"),
    pytest.param(TEAMS.message(AINO, "moi", value={}), Kind.MESSAGE, id="a message with an empty value"),
    pytest.param(TEAMS.message(AINO, "moi", value="x"), Kind.MESSAGE, id="a message with a value that is no object"),
    pytest.param(TEAMS.submit(AINO, {"sparri": OURS}), Kind.PRESS, id="a submit"),
    pytest.param(TEAMS.submit(AINO, {}), Kind.PRESS, id="an empty submit"),
    pytest.param(TEAMS.submit(AINO, {"sparri": OURS}, text="Save"), Kind.PRESS, id="a submit that also shows a text"),
    pytest.param(TEAMS.execute(AINO, "submit", {}), Kind.PRESS, id="an action"),
    pytest.param(invoke("task/fetch", {"data": {}}), Kind.WINDOW, id="a window opens"),
    pytest.param(invoke("task/submit", {"data": {}}), Kind.WINDOW, id="a window is sent"),
    pytest.param(invoke("message/submitAction", {}), Kind.IGNORED, id="an unknown invoke"),
    pytest.param(TEAMS.edited(AINO, "17", "uusi"), Kind.EDITED, id="an edit"),
    pytest.param(
        TEAMS.edited(AINO, "17", "uusi", channelData={"eventType": "undeleteMessage"}), Kind.EDITED, id="an undelete"
    ),
    pytest.param(TEAMS.edited(AINO, "17", "x", channelData={"eventType": "new"}), Kind.IGNORED, id="an unknown update"),
    pytest.param(TEAMS.deleted(AINO, "17"), Kind.DELETED, id="a deletion"),
    pytest.param(TEAMS.deleted(AINO, "17", channelData=None), Kind.DELETED, id="a deletion that says no more"),
    pytest.param(TEAMS.reaction(AINO), Kind.IGNORED, id="a reaction"),
    pytest.param(event("typing"), Kind.IGNORED, id="typing"),
    pytest.param(event("event", name="application/vnd.microsoft.readReceipt"), Kind.IGNORED, id="a read receipt"),
    pytest.param(event("somethingNew"), Kind.IGNORED, id="a type that is new"),
]


@pytest.mark.parametrize(("raw", "kind"), KINDS)
def test_every_activity_is_of_one_kind(raw: dict[str, Any], kind: Kind) -> None:
    assert incoming(raw).kind is kind


def test_a_submit_carries_ids_and_entries() -> None:
    raw = TEAMS.submit(
        AINO, {"sparri": OURS, "msteams": {"type": "x"}, "q1": " Kuuntelin\r\n ", "q2": 3}, reply_to="99"
    )

    press = incoming(raw).press

    assert press is not None
    assert (press.verb, press.card_version, press.ask_id, press.card_id, press.revision) == ("submit", 1, 12, 34, 2)
    assert press.argument == "yes"
    assert press.entries == {"q1": "Kuuntelin", "q2": 3}
    assert incoming(raw).reply_to == "99"
    assert not incoming(raw).invoke


def test_an_action_carries_the_same_as_a_submit() -> None:
    values = {"sparri": OURS, "q1": "Kuuntelin"}

    pressed, acted = incoming(TEAMS.submit(AINO, values)), incoming(TEAMS.execute(AINO, "other", values))

    assert acted.press == pressed.press
    assert acted.invoke


def test_an_actions_own_verb_stands_in_for_a_card_without_one() -> None:
    press = incoming(TEAMS.execute(AINO, "open", {"q1": "x"})).press

    assert press is not None
    assert (press.verb, press.card_version, press.ask_id) == ("open", 0, None)


@pytest.mark.parametrize("number", [-1, 2**53 + 1, 12.0, "12", True, None, [12], {"id": 12}, 10**400])
def test_only_a_sane_whole_number_is_an_id(number: object) -> None:
    press = incoming(TEAMS.submit(AINO, {"sparri": {**OURS, "ask": number, "v": number}})).press

    assert press is not None
    assert press.ask_id is None
    assert press.card_version == 0


def test_a_press_keeps_fifty_entries() -> None:
    press = incoming(TEAMS.submit(AINO, {f"q{n}": "x" for n in range(80)})).press

    assert press is not None
    assert len(press.entries) == 50


@pytest.mark.parametrize("ours", [None, "submit", [], {"verb": 5}, {"verb": None, "arg": ["x"]}])
def test_a_card_of_nobody_is_a_press_without_a_verb(ours: object) -> None:
    press = incoming(TEAMS.submit(AINO, {"sparri": ours, "q1": "x"})).press

    assert press is not None
    assert (press.verb, press.argument) == ("", "")


MALFORMED = [
    pytest.param("adaptiveCard/action", None, id="no value"),
    pytest.param("adaptiveCard/action", "submit", id="a string for a value"),
    pytest.param("adaptiveCard/action", {"trigger": "manual"}, id="no action"),
    pytest.param("adaptiveCard/action", {"action": ["submit"]}, id="an action that is a list"),
    pytest.param("adaptiveCard/action", {"action": {"verb": "submit", "data": "x"}}, id="entries that are a string"),
    pytest.param("adaptiveCard/action", {"action": {"data": {}}}, id="no verb at all"),
    pytest.param("task/fetch", None, id="a window without a value"),
    pytest.param("task/submit", {"data": []}, id="a window whose entries are a list"),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_an_invoke_that_no_card_of_ours_sends_is_malformed(name: str, value: object) -> None:
    with pytest.raises(MalformedInvoke):
        incoming(invoke(name, value))


def mention(text: str, who: str = TEAMS.bot_id) -> dict[str, Any]:
    return {"type": "mention", "text": text, "mentioned": {"id": who, "name": "Sparri"}}


WORDS = [
    pytest.param(
        "<at>Sparri</at> Sparri kertoi", [mention("<at>Sparri</at>")], "Sparri kertoi", id="the same word stays"
    ),
    pytest.param("Sparri on Sparri", [mention("Sparri")], "on Sparri", id="a bare mention goes once"),
    pytest.param("<at>Olli</at> moi", [mention("<at>Olli</at>", "29:olli")], "<at>Olli</at> moi", id="others stay"),
    pytest.param("moi", [{"type": "mention"}, "x", None, {"text": "moi"}], "moi", id="odd entities"),
    pytest.param("moi", [{"type": "mention", "mentioned": "28:x", "text": 5}], "moi", id="odd mentions"),
    pytest.param("<b>moi</b> &amp; 1 < 2", [], "<b>moi</b> &amp; 1 < 2", id="markup is text"),
    pytest.param("a\x00b\u202ec\u2066d\ufeffe\x1b[0m", [], "abcde[0m", id="control and direction characters go"),
    pytest.param("  yksi\r\nkaksi\rkolme\u2028\tneljä \n", [], "yksi\nkaksi\nkolme\n neljä", id="lines stay"),
    pytest.param("a\u0308iti\u0308", [], "äitï", id="letters are composed"),
    pytest.param("👩\u200d👩\u200d👧 ❤\ufe0f", [], "👩\u200d👩\u200d👧 ❤\ufe0f", id="joined emoji stay joined"),
    pytest.param("x" * 20_000, [], "x" * 20_000, id="nothing is cut"),
]


@pytest.mark.parametrize(("text", "entities", "kept"), WORDS)
def test_a_text_is_kept_as_its_writer_meant_it(text: str, entities: list[object], kept: str) -> None:
    raw = TEAMS.message(AINO, text)

    assert read(Activity().deserialize(raw), {**raw, "entities": entities}, now=NOW).text == kept


def test_a_lone_half_of_a_character_is_dropped() -> None:
    assert plain("a\ud800b") == "ab"


def test_the_sender_is_known_by_tenant_and_entra_id() -> None:
    seen = incoming(TEAMS.message(AINO, "moi"))

    assert (seen.contact.tenant, seen.contact.aad_id, seen.contact.name) == (TEAMS.tenant, AINO.aad_id, AINO.name)
    assert seen.contact.address.conversation_id == AINO.conversation_id
    assert seen.contact.address.user_id == AINO.user_id
    assert seen.contact.address.bot_id == TEAMS.bot_id
    assert seen.contact.address.service_url == TEAMS.service_url
    assert (seen.contact.language, seen.contact.timezone) == (Language.FI, "Europe/Helsinki")
    assert (seen.at, seen.personal) == (NOW, True)


def test_a_guest_without_an_entra_id_is_somebody_too() -> None:
    seen = incoming(TEAMS.message(AINO, "moi", **{"from": {"id": "29:guest"}}))

    assert seen.contact.aad_id == "teams:29:guest"


def test_the_clients_own_entity_tells_language_and_zone_when_the_activity_does_not() -> None:
    client = {"type": "clientInfo", "locale": "sv-FI", "timezone": "Europe/Mariehamn"}

    contact = incoming(
        TEAMS.message(AINO, "hej", locale=None, localTimezone="Nowhere/At_All", entities=[client])
    ).contact

    assert (contact.language, contact.timezone) == (Language.SV, "Europe/Mariehamn")


def test_an_install_tells_neither_language_nor_zone() -> None:
    contact = incoming(TEAMS.installed(AINO)).contact

    assert (contact.language, contact.timezone) == (None, None)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("fil-PH", None),
        ("de-DE", None),
        ("", None),
        (None, None),
        (5, None),
        ("sv-FI", Language.SV),
        ("EN", Language.EN),
    ],
)
def test_a_clients_language_is_ours_or_none(locale: object, language: Language | None) -> None:
    assert language_of(locale) is language


@pytest.mark.parametrize("stamp", [None, "2025-01-01T00:00:00"])
def test_without_a_time_stamp_in_a_zone_it_happened_now(stamp: str | None) -> None:
    assert incoming(TEAMS.message(AINO, "moi", timestamp=stamp)).at == NOW


def test_a_group_is_not_personal() -> None:
    assert not incoming(TEAMS.message(AINO, "moi", conversation=GROUP)).personal


CARD = {"type": "AdaptiveCard"}
NEW = NewCard(card=CARD, summary="Kysymys")
CHANGED = ChangedCard(card=CARD, summary="Kiitos", card_id=1, revision=2)
ACTION = incoming(TEAMS.execute(AINO, "submit", {}))
WINDOW = incoming(invoke("task/fetch", {"data": {}}))
SHOWN = {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": CARD}
SAID = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Hei"}
OPENED = {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
ANSWERS = [
    pytest.param(Reply.of("Hei", CHANGED, NEW), ACTION, SHOWN, ("Hei", NEW), id="the first card wins over a text"),
    pytest.param(Reply.of(NEW), ACTION, SHOWN, (), id="a new card"),
    pytest.param(Reply.of("Hei", "Moi"), ACTION, SAID, ("Moi",), id="a text"),
    pytest.param(Reply(), ACTION, {**SAID, "value": ""}, (), id="nothing to an action"),
    pytest.param(Reply.of("Hei"), WINDOW, {"task": {"type": "message", "value": "Hei"}}, (), id="a text in a window"),
    pytest.param(
        Reply.of(NEW),
        WINDOW,
        {"task": {"type": "continue", "value": {"title": "Kysymys", "card": OPENED}}},
        (),
        id="a card in a window",
    ),
    pytest.param(Reply(), WINDOW, {}, (), id="nothing closes a window"),
]


@pytest.mark.parametrize(("reply", "to", "body", "rest"), ANSWERS)
def test_an_invoke_is_answered_with_the_first_that_it_can_show(
    reply: Reply, to: Incoming, body: dict[str, Any], rest: tuple[object, ...]
) -> None:
    assert answer(reply, to) == body
    assert [part.text if isinstance(part, Text) else part for part in remaining(reply)] == list(rest)


def test_a_failure_is_said_as_the_invoke_can_show_it() -> None:
    action, window = (failure(400, "BadRequest", "Voi ei", name=name) for name in ("adaptiveCard/action", "task/fetch"))

    assert action["statusCode"] == 400
    assert action["value"] == {"code": "BadRequest", "message": "Voi ei"}
    assert window == {"task": {"type": "message", "value": "Voi ei"}}
