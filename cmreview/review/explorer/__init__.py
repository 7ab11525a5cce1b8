"""The explorer's data: a year's cases as columns, judged, scored and ranked anew as a threshold moves."""
