"""The hands on the wiki: it saves what was approved and takes back what was not."""
