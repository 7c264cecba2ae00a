"""Forms and asks to draw: an ordinary one, one of every kind of field, and one that is as large as they come."""

from coaching.access import Matter
from coaching.asks import AskKind, Element
from coaching.forms import Choice, Field, FieldKind, Form
from coaching.people import Language

DEBRIEF = Element(
    id=7,
    programme_id=3,
    key="session-3",
    kind=AskKind.REFLECTION,
    title={Language.FI: "Tapaaminen 3", Language.SV: "Träff 3", Language.EN: "Session 3"},
    intro={},
)

FREE = Element(
    id=8,
    programme_id=3,
    key="rush",
    kind=AskKind.REFLECTION,
    title={Language.FI: "Kiire", Language.SV: "Brådska", Language.EN: "Rush"},
    intro={Language.FI: "Hetki itsellesi.", Language.SV: "En stund för dig.", Language.EN: "A moment for you."},
    questions=(
        {Language.FI: "Mikä auttoi?", Language.SV: "Vad hjälpte?", Language.EN: "What helped?"},
        {Language.FI: "Mistä luovut?", Language.SV: "Vad släpper du?", Language.EN: "What do you let go of?"},
    ),
)

PRACTICES = (
    Choice(id="praise", label="Palaute ja tunnustus"),
    Choice(id="talk", label="Kahdenkeskinen keskustelu"),
    Choice(id="thanks", label="Kiitos"),
)

EVERY_KIND = Form(
    title="Kaikki kentät",
    intro="Yksi kutakin lajia.",
    fields=(
        Field(name="line", kind=FieldKind.TEXT, label="Otsikko?", matter=Matter.HAND_IN, hint="Muutama sana."),
        Field(name="story", kind=FieldKind.LONG_TEXT, label="Mitä tapahtui?", matter=Matter.REFLECTION),
        Field(
            name="ease",
            kind=FieldKind.SCALE,
            label="Kuinka helppoa se oli?",
            matter=Matter.REFLECTION,
            low=0,
            high=5,
            low_label="ei lainkaan",
            high_label="hyvin",
        ),
        Field(name="one", kind=FieldKind.CHOICE, label="Mikä?", matter=Matter.HAND_IN, choices=PRACTICES),
        Field(name="many", kind=FieldKind.CHOICES, label="Mitkä?", matter=Matter.HAND_IN, choices=PRACTICES),
        Field(name="times", kind=FieldKind.NUMBER, label="Montako kertaa?", matter=Matter.HAND_IN, low=0, high=40),
        Field(name="day", kind=FieldKind.DATE, label="Milloin?", matter=Matter.HAND_IN, required=False),
        Field(name="done", kind=FieldKind.YES_NO, label="Tuliko tehtyä?", matter=Matter.PROGRESS),
        Field(name="hour", kind=FieldKind.TIME, label="Mihin aikaan?", matter=Matter.INTENTION),
        Field(name="work", kind=FieldKind.LINK, label="Missä työsi on?", matter=Matter.HAND_IN),
    ),
)

LONG_WORD = "lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas" * 3

EXTREME = Form(
    title=LONG_WORD,
    intro="Näin [linkki](https://sivu.example) ja **lihava** pysyvät meidän sanoinamme. " * 5,
    fields=(
        Field(
            name="pick",
            kind=FieldKind.CHOICE,
            label="Valitse? " * 20,
            matter=Matter.HAND_IN,
            choices=tuple(Choice(id=f"c{n}", label=f"{n}. {LONG_WORD[:60]}") for n in range(20)),
        ),
        Field(name="scale", kind=FieldKind.SCALE, label="0–10?", matter=Matter.HAND_IN, low=0, high=10),
        Field(name="number", kind=FieldKind.NUMBER, label="Paljonko?", matter=Matter.HAND_IN, low=-5),
        *(
            Field(name=f"text{n}", kind=FieldKind.LONG_TEXT, label=f"Kysymys {n}", matter=Matter.REFLECTION)
            for n in range(4)
        ),
    ),
)
