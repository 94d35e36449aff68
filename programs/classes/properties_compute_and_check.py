class Thermometer:
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def celsius(self):
        """Degrees above freezing."""
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273.15:
            raise ValueError("below absolute zero")
        self._celsius = value

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32


room = Thermometer(20)
print(room.fahrenheit, Thermometer.celsius.__doc__)
room.celsius = 25
print(room.celsius, room.fahrenheit)
for action in (lambda: setattr(room, "celsius", -300), lambda: setattr(room, "fahrenheit", 0), lambda: delattr(room, "celsius")):
    try:
        action()
    except (ValueError, AttributeError) as error:
        print(error)
