"""Between the workbench and each page: what is shown there, and what its buttons do."""
