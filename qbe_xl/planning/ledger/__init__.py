"""The ledger 问题台账: what is not met, followed across submissions and years."""
