"""The demo: the main job on real records, done as people do it, and then proved.

No script here answers in the name of a real people. Their records are asked about
and held; whoever answers is invented, and called so everywhere.
"""
