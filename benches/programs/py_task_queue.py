# Objects that simulate an operating system: tasks with states and priorities pass packets to each other.
N = 480


class Packet:
    def __init__(self, link, receiver, kind):
        self.link = link
        self.receiver = receiver
        self.kind = kind
        self.datum = 0
        self.data = [0] * 4


def append(queue, packet):
    packet.link = None
    if queue is None:
        return packet
    last = queue
    while last.link is not None:
        last = last.link
    last.link = packet
    return queue


class Task:
    def __init__(self, kernel, number, priority, queue):
        self.kernel = kernel
        self.number = number
        self.priority = priority
        self.queue = queue
        self.held = False
        self.waiting = queue is None
        kernel.add(self)

    def accept(self, packet):
        self.queue = append(self.queue, packet)
        self.waiting = False

    def run(self):
        packet, self.queue = self.queue, None if self.queue is None else self.queue.link
        self.step(packet)

    def step(self, packet):
        raise NotImplementedError


class Idler(Task):
    def __init__(self, kernel, number, turns):
        super().__init__(kernel, number, 0, None)
        self.waiting = False
        self.turns = turns
        self.noise = 1

    def step(self, packet):
        self.turns -= 1
        if self.turns == 0:
            self.held = True
        elif self.noise & 1:
            self.noise = (self.noise >> 1) ^ 0xD008
            self.kernel.release(3)
        else:
            self.noise >>= 1
            self.kernel.release(4)


class Worker(Task):
    def __init__(self, kernel, number, priority, queue):
        super().__init__(kernel, number, priority, queue)
        self.to = 3
        self.letter = 0

    def step(self, packet):
        if packet is None:
            self.waiting = True
            return
        self.to = 7 - self.to
        packet.receiver = self.to
        packet.datum = 0
        for i in range(4):
            self.letter = self.letter % 26 + 1
            packet.data[i] = self.letter
        self.kernel.send(packet, self.number)


class Device(Task):
    def step(self, packet):
        if packet is None:
            self.waiting = True
            return
        self.kernel.checked = (self.kernel.checked * 31 + packet.data[packet.datum % 4]) % 1000003
        packet.datum += 1
        packet.receiver = 2
        self.kernel.send(packet, self.number)
        self.held = True


class Kernel:
    def __init__(self):
        self.tasks = {}
        self.order = []
        self.sent = 0
        self.checked = 0

    def add(self, task):
        self.tasks[task.number] = task
        self.order.append(task)
        self.order.sort(key=lambda one: -one.priority)

    def release(self, number):
        self.tasks[number].held = False

    def send(self, packet, sender):
        self.sent += 1
        self.tasks[packet.receiver].accept(packet)

    def run(self):
        steps = 0
        while True:
            for task in self.order:
                if not task.held and not task.waiting:
                    task.run()
                    steps += 1
                    break
            else:
                return steps


def main():
    check = 0
    for turn in range(N):
        kernel = Kernel()
        Idler(kernel, 1, 1_000)
        queue = append(append(None, Packet(None, 2, 0)), Packet(None, 2, 1))
        Worker(kernel, 2, 10, queue)
        Device(kernel, 3, 20, None)
        Device(kernel, 4, 30, None)
        check = (check * 31 + kernel.run() + kernel.sent + kernel.checked) % 1000000007
    print(check)


main()
