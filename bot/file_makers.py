"""File makers: who makes each kind of file that is fetched by a one-time link."""

from collections.abc import Mapping
from types import MappingProxyType

from bot import follow_up_files, my_data, plan_files, team_meeting_files
from bot.files import Maker
from storage.one_time_links import FileKind

MAKERS: Mapping[FileKind, Maker] = MappingProxyType(
    {
        FileKind.FOLLOW_UP_CSV: follow_up_files.as_csv,
        FileKind.FOLLOW_UP_XLSX: follow_up_files.as_xlsx,
        FileKind.MY_DATA: my_data.made,
        FileKind.PLAN_DOCX: plan_files.as_docx,
        FileKind.PLAN_MD: plan_files.as_markdown,
        FileKind.PLAN_JSON: plan_files.as_json,
        FileKind.TEAM_MEETING: team_meeting_files.made,
    }
)
