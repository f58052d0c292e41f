"""People in the directory: look, change, import, export.

::

    access      the connection: which server, who logs in, once more when it was lost
    looking     lists, searches, one person, what is wrong with them
    changing    one person at a time: add, change, password, shut out, remove
    hosts       what hosts remember of people is forgotten at once
    importing   many at a time, from a sheet: plan, apply, resume, undo
    exporting   to CSV, XLSX, LDIF
    revealing   passwords on a screen or in a file: noted first
    log         every write, with what came of it

All functions take a `People` first and block; any thread may call them.
"""

from azdesk.app.people.access import People

__all__ = ["People"]
