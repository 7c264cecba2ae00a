"""Commands: what can be asked of Sparri at any moment, and what each is called in Finnish, Swedish and English."""

from enum import StrEnum

from coaching.people import Language
from dialogs.wording import listed, t


class Command(StrEnum):
    """What can be asked of Sparri at any moment; the value is its section `command.<value>` in the texts."""

    HELP = "help"
    OPEN = "open"
    #: The sessions to come, over all programmes.
    SESSIONS = "sessions"
    #: What there is to read for a session: of the one with that number, or of the nearest.
    MATERIALS = "materials"
    LANGUAGE = "language"
    PAUSE = "pause"
    RESUME = "resume"
    #: At which time of the day Sparri writes to the person: a time may follow.
    WRITING_TIME = "writing_time"
    #: On which days and at which hours the person works: days, hours or both may follow.
    WORKING_HOURS = "working_hours"
    WHO_SEES = "who_sees"
    WHY = "why"
    STOP = "stop"
    WHO_ARE_YOU = "who_are_you"
    #: Change the answer given last.
    EDIT = "edit"
    #: Bring back the answer before it.
    FORMER = "former"
    #: Not now: what is open is brought up on another day. In an interview the same words mean only that one.
    LATER = "later"
    #: A coach lets in somebody who is on no roster.
    LET_IN = "let_in"
    #: Of an assignment, of the one with that number where there are several: when, where and how to do it.
    PLAN = "plan"
    DONE = "done"
    #: It was done otherwise than it was asked.
    ADAPTED = "adapted"
    LEAVE_OUT = "leave_out"
    ASK_COACH = "ask_coach"
    MORE_TIME = "more_time"
    #: The person's team is asked what belongs to the assignment.
    ASK_TEAM = "ask_team"
    #: What a colleague asks is not to be answered; of the one with that number where there are several.
    DECLINE = "decline"
    #: A coach sends something to people of their programme; of the one with that number, where they have several.
    ASSIGN = "assign"
    #: A coach takes back what they sent last.
    UNDO = "undo"
    #: How far the people are whom a coach coaches.
    OVERVIEW = "overview"
    #: Who is how far with what has that number in the overview; with a name too, what that one handed in.
    HAND_INS = "hand_ins"
    #: What came of the surveys of a coach's programmes that have closed; of the one with that number.
    SURVEY_RESULTS = "survey_results"
    #: What a coach says to what was handed in: its number, the name, a colon and the words.
    FEEDBACK = "feedback"
    #: The same, where an answer is hoped for.
    FEEDBACK_ASKING = "feedback_asking"
    #: The whole overview, and what was handed in, as a file.
    FOLLOW_UP_FILE = "follow_up_file"
    #: A coach holds a session at another time: its number, a day and perhaps a time follow.
    MOVE_SESSION = "move_session"
    #: A coach holds the sessions from a day on online.
    HOLD_ONLINE = "hold_online"
    #: A coach has those reminded soon who owe an answer: to what has that number in the overview.
    NUDGE = "nudge"
    #: A coach corrects what they sent last.
    CORRECT = "correct"
    #: A coach says that somebody of theirs is away until a day, or is back.
    AWAY = "away"
    BACK = "back"
    #: A coach hands their programme over to another coach, who takes it over.
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    #: A coach takes back what they changed last.
    UNDO_CHANGE = "undo_change"
    #: The development plan, and what can be done with it.
    GOALS = "goals"
    NEW_GOAL = "new_goal"
    #: Of a goal, of the one with that number where there are several.
    EDIT_GOAL = "edit_goal"
    IF_THEN = "if_then"
    FOLLOW_GOAL = "follow_goal"
    PAUSE_GOAL = "pause_goal"
    RESUME_GOAL = "resume_goal"
    FINISH_GOAL = "finish_goal"
    DROP_GOAL = "drop_goal"
    #: The plan as a file.
    PLAN_FILE = "plan_file"
    #: Sentences of the plan for the team that one leads; the time of that talk for the calendar.
    TEAM_PLAN = "team_plan"
    TEAM_CALENDAR = "team_calendar"
    #: Half as much for three weeks.
    TOO_MUCH = "too_much"
    #: All that is stored of the person, as a file.
    MY_DATA = "my_data"
    #: All that is stored of the person goes.
    ERASE = "erase"
    #: The discussions that the person is to hold.
    TALKS = "talks"
    #: Of the one with that number: it is agreed on for a day, it was held on a day, or it is to be prepared.
    BOOKED = "booked"
    HELD = "held"
    PREPARE = "prepare"
    #: Of the one with that number, which was held: what was agreed on is to be written down.
    SUMMARISE = "summarise"
    #: How far the discussions are, in numbers, for the owner of a programme.
    TALK_COUNTS = "talk_counts"
    #: Let somebody read something of one's own.
    SHARE = "share"
    #: What one shares; with a number, that is taken back.
    UNSHARE = "unshare"
    #: Who has read what one shares.
    WHO_READ = "who_read"
    #: What others share; with a number, that is opened.
    SHARED = "shared"


#: What is meant only where somebody has an assignment: to others "done" may be an answer.
OF_ASSIGNMENTS = frozenset(
    {
        Command.PLAN,
        Command.DONE,
        Command.ADAPTED,
        Command.LEAVE_OUT,
        Command.ASK_COACH,
        Command.MORE_TIME,
        Command.ASK_TEAM,
    }
)
#: The command menu of Teams has room for ten; of the others a card has a button, or names them, or the welcome does.
MENU = (
    Command.HELP,
    Command.OPEN,
    Command.SESSIONS,
    Command.LANGUAGE,
    Command.PAUSE,
    Command.RESUME,
    Command.WHO_SEES,
    Command.WHY,
    Command.STOP,
    Command.LET_IN,
)
#: What is said of one goal; the card of the plan tells of these words.
OF_GOALS = frozenset(
    {
        Command.EDIT_GOAL,
        Command.IF_THEN,
        Command.FOLLOW_GOAL,
        Command.PAUSE_GOAL,
        Command.RESUME_GOAL,
        Command.FINISH_GOAL,
        Command.DROP_GOAL,
        Command.TEAM_CALENDAR,
    }
)
#: What only coaches are told of.
OF_COACHES = frozenset(
    {
        Command.LET_IN,
        Command.ASSIGN,
        Command.UNDO,
        Command.OVERVIEW,
        Command.FOLLOW_UP_FILE,
        Command.HAND_INS,
        Command.SURVEY_RESULTS,
        Command.FEEDBACK,
        Command.FEEDBACK_ASKING,
        Command.MOVE_SESSION,
        Command.HOLD_ONLINE,
        Command.UNDO_CHANGE,
        Command.NUDGE,
        Command.CORRECT,
        Command.HAND_OVER,
        Command.TAKE_OVER,
        Command.AWAY,
        Command.BACK,
    }
)

#: What only the owners of programmes are told of.
OF_OWNERS = frozenset({Command.TALK_COUNTS})

#: What is followed by somebody's own words, after a colon.
OF_WORDS = frozenset({Command.FEEDBACK, Command.FEEDBACK_ASKING})


def words(language: Language, command: Command) -> tuple[str, ...]:
    """What a person writes for *command* in *language*: its title first, as the command menu sends it."""
    return (title(language, command), *listed(language, f"command.{command}.words"))


def title(language: Language, command: Command) -> str:
    """The command's name in help and in the command menu: at most 32 characters."""
    return t(language, f"command.{command}.title")


def description(language: Language, command: Command) -> str:
    """What the command does, for help and the command menu: at most 128 characters."""
    return t(language, f"command.{command}.description")
