"""From the fleet, what was seen, plans and outcomes to what the window shows. Pure: no widget, no host, no file.

::

    standing   how one host stands          tree       the fleet tree
    attention  what wants the admin         overview   the overview, its matrices and tiles
    changes    the change bar               review     a plan for approval, and what came of it
    journal    what was done on hosts       host       the head and first tab of a host's page
"""
