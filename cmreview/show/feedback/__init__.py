"""Letters, coaching sheets and briefs: what managers and their heads are told (Policy 7)."""
