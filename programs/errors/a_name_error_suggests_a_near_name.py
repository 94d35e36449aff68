temperature = 21
print(temprature)
