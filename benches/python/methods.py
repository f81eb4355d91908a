class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount
        return self.balance


def run():
    account = Account()
    for i in range(1_000_000):
        account.deposit(i)
    return account.balance
