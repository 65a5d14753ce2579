"""自评报告: the report's model, and how it is written."""
