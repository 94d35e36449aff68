a < b <= c != d is not e not in f is g in h == i >= j > k
not a == b
