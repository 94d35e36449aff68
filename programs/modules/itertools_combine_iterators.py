from itertools import accumulate, batched, chain, combinations, cycle, groupby, islice, pairwise, permutations, product, repeat, starmap, tee, zip_longest

print(list(chain("ab", [1], chain.from_iterable([[2], [3]]))), list(islice(cycle("xy"), 5)))
print(list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 4], max, initial=0)))
print(list(combinations("abc", 2)), len(list(permutations(range(4)))), list(product([0, 1], repeat=2)))
print([(key, len(list(group))) for key, group in groupby("aaabbc")], list(pairwise("abc")))
print(list(batched(range(5), 2)), list(zip_longest("ab", [1], fillvalue="-")), list(repeat(7, 2)))
print(list(starmap(pow, [(2, 3), (3, 2)])), [list(copy) for copy in tee(iter([1, 2]))])
