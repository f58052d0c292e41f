"""One module for each command, imported only when it is called: ``run(arguments, terminal)`` gives the exit code."""
