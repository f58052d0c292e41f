"""ejabberd 26.07 on a practice host: its configuration, its Mnesia database, its cluster, its ways to be asked."""
