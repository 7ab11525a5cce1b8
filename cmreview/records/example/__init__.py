"""A made-up company from a seed: everybody a review can meet, ordinary and awkward, in its workbooks."""
