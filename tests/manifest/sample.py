"""A manifest to look at."""

from manifest.app import Publisher, manifest

APP_ID = "11111111-2222-3333-4444-555555555555"
BOT_ID = "66666666-7777-8888-9999-000000000000"
PUBLISHER = Publisher(
    name="Ministry of Examples",
    website_url="https://ministry.example/sparri",
    privacy_url="https://ministry.example/sparri/privacy",
    terms_url="https://ministry.example/sparri/terms",
)
SAMPLE = manifest(PUBLISHER, app_id=APP_ID, bot_id=BOT_ID, version="1.2.3")
