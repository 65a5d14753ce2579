"""Evidence 档案清单: which papers stand behind each criterion, which are there, which are missing."""
