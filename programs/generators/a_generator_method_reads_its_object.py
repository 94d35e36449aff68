class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def columns(self):
        yield from (list(column) for column in zip(*self.rows))

    @property
    def cells(self):
        for row in self.rows:
            yield from row

    @staticmethod
    def identity(size):
        for row in range(size):
            yield [int(row == column) for column in range(size)]


matrix = Matrix([[1, 2], [3, 4], [5, 6]])
print(list(matrix.columns()), sum(matrix.cells), list(Matrix.identity(3)))
reading = matrix.cells
print(next(reading))
matrix.rows.append([7, 8])
print(list(reading))
