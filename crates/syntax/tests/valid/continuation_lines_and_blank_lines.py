x = 1 + \
    2
if a:

    # comment
    b

  # odd comment
    c


y = (1,

  # inside
  2)
