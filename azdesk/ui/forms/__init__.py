"""Made from the Designer forms in ui/ by azdesk.ui.forms_build."""
