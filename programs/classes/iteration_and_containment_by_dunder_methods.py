class Playlist:
    def __init__(self, *songs):
        self.songs = list(songs)

    def __len__(self):
        return len(self.songs)

    def __getitem__(self, index):
        return self.songs[index]

    def __setitem__(self, index, song):
        self.songs[index] = song

    def __delitem__(self, index):
        del self.songs[index]

    def __contains__(self, song):
        return song.lower() in map(str.lower, self.songs)


songs = Playlist("Blue", "Red", "Green", "White")
print(len(songs), songs[-1], songs[1:3], "red" in songs)
songs[0] = "Black"
del songs[1]
print([song for song in songs], list(reversed(songs)))
