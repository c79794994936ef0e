"""Words on a page in the reader's own language, as far as we have them."""

from collections.abc import Mapping

from wikibot import i18n
from wikibot.pages.escape import escape

# {{int:lang}} gives what stands at MediaWiki:Lang for the reader's language: the way
# Commons does it, without a module and without a request.
CHINESE = ("zh", "zh-cn", "zh-hans", "zh-hant", "zh-hk", "zh-sg", "zh-tw")
READERS = {"en": "en", "ar": "ar", **dict.fromkeys(CHINESE, "zh")}

HELP = "Help:Withcare"
# To the page in the reader's language, where there is one.
HELP_FOR_READER = f"Special:MyLanguage/{HELP}"

SAY = (
    "<includeonly>{{#switch:{{int:lang}}"
    '|ar=<bdi lang="ar" dir="rtl">{{{ar|{{{en}}}}}}</bdi>'
    '|zh=<bdi lang="zh" dir="ltr">{{{zh|{{{en}}}}}}</bdi>'
    '|#default=<bdi lang="en" dir="ltr">{{{en}}}</bdi>}}</includeonly>'
    "<noinclude>Says something in the reader's language: "
    "<code><nowiki>{{Withcare say|en=…|ar=…|zh=…}}</nowiki></code>.</noinclude>"
)


def say(words: Mapping[str, str]) -> str:
    """A call that shows the words in the reader's language."""
    given = "".join(
        f"|{language}={escape(words[language])}"
        for language in i18n.LANGUAGES
        if words.get(language)
    )
    return f"{{{{Withcare say{given}}}}}"


def all_of(key: str) -> dict[str, str]:
    """One message of ours in every language we have."""
    return {tag: i18n.message(f"withcare-{key}", tag) for tag in i18n.LANGUAGES}


def say_message(key: str) -> str:
    return say(all_of(key))
