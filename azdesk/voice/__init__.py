"""Calls: each host's dial plan as derived from the document, what is wrong with the plan, and where a call goes."""
