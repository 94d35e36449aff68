(a := b) = c
