"""From verdict to remedy: what is missing, who drives the variation, what a change would do."""
