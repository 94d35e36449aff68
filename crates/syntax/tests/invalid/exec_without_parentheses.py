exec a
