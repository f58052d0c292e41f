"""Real Debian hosts on one machine, for the tests that must see real ejabberd, Asterisk and slapd."""
