# ruff: noqa: F821 - pywikibot gives these names their first values.
"""A user-config.py for people who call `pwb kb_sync`: copy it, change what is yours.

withcare itself does not read this file: `withcare bot run` takes everything from
WITHCARE_HOME/settings.toml. The pwb scripts compare the two and do nothing where they
disagree, so that no page ever goes to another wiki than the one that was meant.
"""

# The wiki. A family is a name for it; pywikibot finds the rest at this address.
family = "ourwiki"
mylang = "ourwiki"
family_files["ourwiki"] = "https://wiki.example.org/w/api.php"

# The bot's account, as in settings.toml (`account`).
usernames["ourwiki"]["ourwiki"] = "WithcareBot"

# Its bot password, made at Special:BotPasswords with "High-volume access" and the
# grants to edit and create pages: without the first, edits are not marked as a bot's.
# The file is yours alone (chmod 600) and holds one line:
#     ("WithcareBot", BotPassword("withcare", "the password"))
password_file = "user-password.py"

# Seconds between two saves. On a wiki of your own 0 or 1 will do; on a shared one stay
# at what its rules for bots allow.
put_throttle = 10

# How far the wiki's databases may lag behind before the bot waits.
write_maxlag = 5
read_maxlag = 5

# One attempt more and no long wait: what failed is tried again by the next run, after
# it has found out what is true.
max_retries = 1
retry_wait = 5

# pwb starts the script whose name is nearest to what you typed, after five seconds.
# With this it starts none but the one you named.
pwb_cut_off = 0.99

# Who runs this bot, and how to reach a person: it goes along with every request.
user_agent_description = "withcare; https://example.org/contact"
