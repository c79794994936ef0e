"""Languages under the names that their own speakers give them, to choose from.

It can never be whole; whoever does not find hers writes its code herself.
"""

OWN_NAMES = {
    "af": "Afrikaans",
    "ar": "العربية",
    "arn": "Mapudungun",
    "ay": "Aymar aru",
    "bn": "বাংলা",
    "br": "Brezhoneg",
    "cy": "Cymraeg",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "eu": "Euskara",
    "fa": "فارسی",
    "fi": "Suomi",
    "fj": "Na Vosa Vakaviti",
    "fo": "Føroyskt",
    "fr": "Français",
    "ga": "Gaeilge",
    "gd": "Gàidhlig",
    "gn": "Avañe’ẽ",
    "ha": "Hausa",
    "haw": "ʻŌlelo Hawaiʻi",
    "he": "עברית",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "ig": "Igbo",
    "it": "Italiano",
    "iu": "ᐃᓄᒃᑎᑐᑦ",
    "ja": "日本語",
    "kl": "Kalaallisut",
    "ko": "한국어",
    "ku": "Kurdî",
    "mi": "Māori",
    "nl": "Nederlands",
    "nv": "Diné bizaad",
    "pt": "Português",
    "qu": "Runa Simi",
    "ru": "Русский",
    "se": "Davvisámegiella",
    "sm": "Gagana Sāmoa",
    "sv": "Svenska",
    "sw": "Kiswahili",
    "to": "Lea faka-Tonga",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "xh": "isiXhosa",
    "yo": "Yorùbá",
    "zh": "中文",
    "zu": "isiZulu",
}
"""By language tag (BCP 47), in the order of the tags."""

OTHER = "other"
"""What the list says for a language that is not on it; no language has this tag."""


def language_name(tag: str) -> str:
    """The language's own name; its tag where we have no name for it."""
    return OWN_NAMES.get(tag.lower(), tag)
