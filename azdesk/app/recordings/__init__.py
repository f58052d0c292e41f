"""Recordings of calls on all hosts: found (`finding`), heard and taken (`taking`), deleted (`deleting`).

There is no database: each host's files say all by their names. Whoever hears, takes or deletes one stands in its host's journal, with the
reason; the host hands nothing out before that is written.
"""
