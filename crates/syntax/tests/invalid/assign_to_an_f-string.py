f'{x}' = y
